import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Benchmark, Context } from "../context.ts";
import { type Program, using } from "../program.ts";
import { atMost, type Row } from "../result.ts";

/** Milliseconds that Bun waits for more changes after one; set in the app's own configuration too. */
const DEBOUNCE = 150;

/** From a saved file to the new component in the window. */
export const swap: Benchmark = {
  name: "swap",
  title: "Save → hot-swapped, past the debounce",
  async run(context) {
    const count = context.quick ? 3 : 10;
    const app = context.app("swap");
    await context.prepare("swap");
    return await using(context.host("swap"), async (host) => {
      await host.event("mounted");
      context.progress("swap, warming up");
      await saved(context, host, join(app, "bun/src/greeting.ts"), source(0));
      await saved(context, host, join(app, "bun/web/swap.css"), style(0));
      let change = 0;
      const measure = async (file: string, text: (change: number) => string) => {
        const times: number[] = [];
        for (let index = 0; index < count; index++) {
          times.push(await saved(context, host, join(app, "bun", file), text(++change)));
        }
        return times;
      };
      const runs = await context.eachRun("swap", async () => ({
        imported: await measure("src/greeting.ts", source),
        style: await measure("web/swap.css", style),
      }));
      const row = (name: string, pick: (run: typeof runs[number]) => number[]): Row => ({
        name,
        unit: "ms",
        runs: runs.map(pick),
        target: atMost(100),
      });
      return [
        row("a module that the component imports", (run) => run.imported),
        row("its stylesheet", (run) => run.style),
      ];
    });
  },
};

const source = (change: number) => `export const greeting = "hello ${change}";\n`;
const style = (change: number) => `#swap { margin: ${change + 1}px }\n`;

/** Saves and waits for the swap. Returns its milliseconds without the debounce. */
async function saved(context: Context, host: Program, file: string, text: string): Promise<number> {
  const seen = host.events.length;
  const before = host.now();
  writeFileSync(file, text);
  const swapped = await host.event("swapped", seen);
  // A change right after a swap would still be part of it for a watcher that reports twice.
  await Bun.sleep(context.quick ? 100 : 300);
  return swapped.after - before - DEBOUNCE;
}
