import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Context } from "../context.ts";
import { pluginFiles, pluginSource } from "../plugin-source.ts";
import { type Program, using } from "../program.ts";
import { atMost, type Row } from "../result.ts";

interface Reload {
  compile: number;
  map: number;
  swap: number;
  answer: number;
}

/** From a saved Swift source to the plugin's new code answering a page. */
export const plugins: Benchmark = {
  name: "plugins",
  title: "A plugin of 300 lines: save → its new code answers",
  async run(context) {
    const files = await measured(context, "in 7 files", "BenchPlugin", pluginFiles);
    const file = await measured(context, "in 1 file", "", (version) => ({ "BenchPlugin.swift": pluginSource(version) }));
    return [...files, ...file];
  },
};

/**
 * @param directory Where its sources lie in `plugins/`.
 * @param sources By their names; only `BenchPlugin.swift` differs between versions.
 */
async function measured(
  context: Context,
  shape: string,
  directory: string,
  sources: (version: number) => Record<string, string>,
): Promise<Row[]> {
  const count = context.quick ? 3 : 10;
  const plugins = join(context.app("plugin"), "plugins"), place = join(plugins, directory);
  rmSync(plugins, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const [name, text] of Object.entries(sources(0))) writeFileSync(join(place, name), text);
  const save = (version: number) => writeFileSync(join(place, "BenchPlugin.swift"), sources(version)["BenchPlugin.swift"] ?? "");
  return await using(context.run("plugin"), async (host) => {
    await host.event("mounted");
    let version = 0;
    context.progress(`plugins ${shape}, warming up`);
    await saved(context, host, save, ++version);
    const runs = await context.eachRun(`plugins ${shape}`, async () => {
      const reloads: Reload[] = [];
      for (let index = 0; index < count; index++) reloads.push(await saved(context, host, save, ++version));
      return reloads;
    });
    const row = (name: string, part: keyof Reload): Row => ({
      name: `${shape}: ${name}`,
      unit: "ms",
      runs: runs.map((run) => run.map((reload) => reload[part])),
    });
    return [
      row("compile and link", "compile"),
      row("check, copy and map", "map"),
      row("stop the old, start the new, swap", "swap"),
      { ...row("save → the new code answers the page", "answer"), target: atMost(1000) },
    ];
  });
}

async function saved(context: Context, host: Program, save: (version: number) => void, version: number): Promise<Reload> {
  const seen = host.events.length;
  const before = host.now();
  save(version);
  await host.eval(`awaitVersion(${version})`);
  const answer = host.now() - before;
  const build = await host.event("build", seen), reload = await reloaded(host, seen);
  await Bun.sleep(context.quick ? 100 : 300);
  return {
    compile: Number(build.fields["milliseconds"]),
    map: Number(reload["preparation"]),
    swap: Number(reload["swap"]),
    answer,
  };
}

/** What the loader tells of the reload. */
async function reloaded(host: Program, from: number): Promise<Record<string, unknown>> {
  for (;;) {
    const event = await host.event("plugin", from);
    if (event.fields["what"] === "reloaded") return event.fields;
    from = host.events.indexOf(event) + 1;
  }
}
