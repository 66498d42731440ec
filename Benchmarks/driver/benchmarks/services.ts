import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Benchmark, type Context, repository } from "../context.ts";
import { type Program, using } from "../program.ts";
import { atMost, differenceRow, type Row } from "../result.ts";
import { startBun } from "./bun-start.ts";

const COUNT = 100;
/** Milliseconds that Bun waits for more changes after one; in the app's own configuration, too. */
const DEBOUNCE = 150;

/** How services start, and how soon a saved one answers with its new code. */
export const services: Benchmark = {
  name: "services",
  title: `Services: ${COUNT} start, saved ones answer anew, past the debounce`,
  async run(context) {
    const [many, none] = [writeApp(context, COUNT), writeApp(context, 0)];
    context.progress("services, warming up");
    await started(context, many);
    const starts = await context.eachRun("services, start", async () => ({
      many: await started(context, many),
      none: await started(context, none),
    }));
    const withMany = startRow(`ready with ${COUNT} services`, starts.map((run) => run.many));
    const without = startRow("ready with none", starts.map((run) => run.none));
    return [withMany, without, differenceRow(`${COUNT} services`, withMany, without), ...await reloads(context, many)];
  },
};

async function reloads(context: Context, root: string): Promise<Row[]> {
  const count = context.quick ? 3 : 10;
  return await using(startBun(context, root), async (bun) => {
    await bun.event("ready");
    let version = 0;
    const measure = async (file: string, source: (version: number) => string, place: number) => {
      const times: number[] = [];
      for (let index = 0; index < count; index++) {
        version++;
        times.push(await answered(bun, join(root, file), source(version), place, version));
      }
      return times;
    };
    await measure("services/service0.ts", service, 0);
    const runs = await context.eachRun("services, reload", async () => ({
      own: await measure("services/service0.ts", service, 0),
      shared: await measure("lib/shared.ts", shared, 1),
    }));
    const row = (name: string, pick: (run: typeof runs[number]) => number[]): Row => ({
      name,
      unit: "ms",
      runs: runs.map(pick),
    });
    return [
      { ...row(`save one of ${COUNT} services → it answers anew`, (run) => run.own), target: atMost(100) },
      row(`save a module that all ${COUNT} share → they answer anew`, (run) => run.shared),
    ];
  });
}

/** Saves, and asks until the new version answers. Returns the milliseconds without the debounce. */
async function answered(bun: Program, file: string, text: string, place: number, version: number): Promise<number> {
  const before = bun.now();
  writeFileSync(file, text);
  // It takes as long as the debounce at least; asking without end meanwhile would only keep it busy.
  await Bun.sleep(DEBOUNCE - 20);
  while ((await bun.query<number[]>("service0"))[place] !== version) {
    if (bun.now() - before > 20_000) throw new Error(`${file} was saved, and no new version answered\n${bun.log}`);
  }
  return bun.now() - before - DEBOUNCE;
}

async function started(context: Context, root: string): Promise<number> {
  return await using(startBun(context, root), async (bun) => (await bun.event("ready")).after);
}

function startRow(name: string, times: number[]): Row {
  return { name, unit: "ms", runs: times.map((time) => [time]) };
}

/** @returns the bun root of an app with so many services. */
function writeApp(context: Context, count: number): string {
  const root = context.directory(`services-${count}`);
  for (const folder of ["services", "lib", "node_modules", "node_modules/@keystone"]) mkdirSync(join(root, folder));
  for (const name of ["sdk", "lib"]) {
    symlinkSync(join(repository, "bun", name), join(root, "node_modules/@keystone", name));
  }
  writeFileSync(join(root, "keystone.config.ts"), `export default { watch: { debounceMs: ${DEBOUNCE} } };\n`);
  writeFileSync(join(root, "lib/shared.ts"), shared(0));
  for (let index = 0; index < count; index++) {
    writeFileSync(join(root, `services/service${index}.ts`), service(0, index));
  }
  return root;
}

const shared = (version: number) => `export const shared = ${version};\n`;

/** Some forty lines, a handler, a timer: an everyday service. */
const service = (version: number, index = 0) =>
  `import { defineService } from "@keystone/sdk/service";
import { shared } from "../lib/shared";

${
    Array.from(
      { length: 30 },
      (_, line) => `const part${line} = (value: number): number => value * ${line} + ${index};`,
    ).join("\n")
  }

export default defineService("service${index}")
  .query(() => [${version}, shared])
  .handle("service${index}:sum", ({ value }: { value: number }) => part1(value) + part2(value))
  .every(60_000, (svc) => svc.push("service${index}:tick", shared))
  .build();
`;
