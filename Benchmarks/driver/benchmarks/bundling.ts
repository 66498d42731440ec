import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Context } from "../context.ts";
import { DEBOUNCE, moduleSource, writeLargeApp } from "../large-app.ts";
import { type Program, using } from "../program.ts";
import { atMost, ratioRow, type Row } from "../result.ts";

const SIZES = [1, 50, 200];
/** Ten modules a component, so 2,000 modules in the largest app. A component costs the same however many there are. */
const FLAT = 1.5;

interface Run {
  start: number;
  one: number[];
  opened: number[];
  sharedEach: number;
}

/** How starting and saving depend on how many components an app has. */
export const bundling: Benchmark = {
  name: "bundling",
  title: "Bundling, by the number of components (10 modules each)",
  async run(context) {
    const bySize = new Map<number, Run[]>();
    for (const size of SIZES) {
      writeLargeApp(context.directory(nameOf(size)), size);
      await context.prepare(nameOf(size));
      bySize.set(size, []);
    }
    // The sizes in turns: a machine that is slow for a while is so for all of them.
    await context.eachRun("bundling", async (run) => {
      for (const size of SIZES) bySize.get(size)?.push(await measure(context, size, run));
    });
    const row = (what: string, size: number, pick: (run: Run) => number[]): Row => ({
      name: `${what}, ${size}`,
      unit: "ms",
      runs: (bySize.get(size) ?? []).map(pick),
    });
    const group = (what: string, pick: (run: Run) => number[]): Row[] => {
      const rows = SIZES.map((size) => row(what, size, pick));
      const [first, last] = [rows[0], rows.at(-1)];
      return first && last ? [...rows, ratioRow(`  200 ÷ 1`, last, first, atMost(FLAT))] : rows;
    };
    return [
      ...group("start → mount", (run) => [run.start]),
      ...group("save → swap, one opened", (run) => run.one),
      ...group("save → swap, all opened", (run) => run.opened),
      ...group("a module of all, for each", (run) => [run.sharedEach]),
    ];
  },
};

const nameOf = (size: number) => `bundling-${size}`;

async function measure(context: Context, size: number, run: number): Promise<Run> {
  const app = context.app(nameOf(size));
  const count = context.quick ? 3 : 6;
  return await using(context.host(nameOf(size)), async (host) => {
    const start = (await host.event("mounted")).after;
    let version = run * 1000;
    const saves = async () => {
      const times: number[] = [];
      for (let index = 0; index < count; index++) times.push(await saved(host, app, "c0", 1, ++version));
      return times.slice(1);
    };
    const one = await saves();
    await host.eval(openAll(size));
    const opened = await saves();
    return { start, one, opened, sharedEach: await sharedSaved(host, app, size, ++version) };
  });
}

/** Asks for every component, as windows that show them would. */
const openAll = (size: number) =>
  `(async () => { for (let c = 0; c < ${size}; c++) await (await fetch("/web/c" + c + ".js")).text(); return true; })()`;

/** Saves a module and waits for the swap in the window. Returns its milliseconds without the debounce. */
async function saved(host: Program, app: string, owner: string, module: number, version: number): Promise<number> {
  const seen = host.events.length;
  const before = host.now();
  writeFileSync(join(app, "bun/src", owner, `m${module}.ts`), moduleSource(owner, module, version));
  const swapped = await host.event("swapped", seen);
  await Bun.sleep(50);
  return swapped.after - before - DEBOUNCE;
}

/** Saves a module that all components import, until all are built. Returns the milliseconds for each of them. */
async function sharedSaved(host: Program, app: string, size: number, version: number): Promise<number> {
  const told = `new Promise((done) => {
    let left = ${size};
    const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws");
    socket.onmessage = ({ data }) => {
      const { type } = JSON.parse(data);
      if (type === "hello") window.benchIsListening = true;
      if (type === "__hmr__" && --left === 0) { socket.close(); done(true); }
    };
  })`;
  await host.eval(`(window.benchTold = ${told}, true)`);
  await host.eval(
    `new Promise((done) => { const look = () => window.benchIsListening ? done(true) : setTimeout(look, 1); look(); })`,
  );
  const before = host.now();
  writeFileSync(join(app, "bun/src/shared/m0.ts"), moduleSource("shared", 0, version));
  await host.eval("benchTold");
  return (host.now() - before - DEBOUNCE) / size;
}
