import type { Benchmark } from "../context.ts";
import type { Row } from "../result.ts";
import { withBridge } from "./bridge.ts";

/** Calls a second when a page makes them all at once. */
export const parallel: Benchmark = {
  name: "parallel",
  title: "Parallel invoke calls",
  async run(context) {
    const count = context.quick ? 5_000 : 20_000;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("parallel, warming up");
      for (const call of ["bare", "invoke"]) await bridge.parallel(call, count);
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
    return [
      row(`bare script-message echo, ${count.toLocaleString("en-US")} at once`, (run) => run.bare),
      row("invoke", (run) => run.invoke),
      row("invoke, handler off the main thread", (run) => run.invokeAsync),
    ];
  },
};
