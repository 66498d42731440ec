import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Context } from "../context.ts";
import { pluginSource } from "../plugin-source.ts";
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
    const count = context.quick ? 3 : 10;
    const app = context.app("plugin"), file = join(app, "plugins/BenchPlugin.swift");
    mkdirSync(join(app, "plugins"));
    writeFileSync(file, pluginSource(0));
    return await using(context.run("plugin"), async (host) => {
      await host.event("mounted");
      let version = 0;
      context.progress("plugins, warming up");
      await saved(context, host, file, ++version);
      const runs = await context.eachRun("plugins", async () => {
        const reloads: Reload[] = [];
        for (let index = 0; index < count; index++) reloads.push(await saved(context, host, file, ++version));
        return reloads;
      });
      const row = (name: string, part: keyof Reload): Row => ({
        name,
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
  },
};

async function saved(context: Context, host: Program, file: string, version: number): Promise<Reload> {
  const seen = host.events.length;
  const before = host.now();
  writeFileSync(file, pluginSource(version));
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
