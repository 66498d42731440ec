import type { Benchmark } from "../context.ts";
import { atLeast, ratioRow, type Row } from "../result.ts";
import { withBridge } from "./bridge.ts";

/** Calls a second when a page makes them all at once. */
export const parallel: Benchmark = {
  name: "parallel",
  title: "Parallel invoke calls",
  async run(context) {
    const count = context.quick ? 5_000 : 20_000;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("parallel, warming up");
      for (const call of ["bare", "invoke", "invokeAsync"]) await bridge.parallel(call, count);
      return await context.eachRun("parallel", async () => ({
        bare: await bridge.parallel("bare", count),
        invoke: await bridge.parallel("invoke", count),
        invokeAsync: await bridge.parallel("invokeAsync", count),
      }));
    });
    const row = (name: string, pick: (run: typeof runs[number]) => number): Row => ({
      name,
      unit: "/s",
      runs: runs.map((run) => [pick(run)]),
    });
    const bare = row(`bare script-message echo, ${count.toLocaleString("en-US")} at once`, (run) => run.bare);
    const invoke = row("invoke", (run) => run.invoke);
    const invokeAsync = row("invoke, handler off the main thread", (run) => run.invokeAsync);
    return [
      bare,
      invoke,
      invokeAsync,
      ratioRow("invoke ÷ bare", invoke, bare, atLeast(2)),
      ratioRow("invoke off the main thread ÷ bare", invokeAsync, bare, atLeast(2)),
    ];
  },
};
