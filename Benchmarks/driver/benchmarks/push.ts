import type { Benchmark } from "../context.ts";
import { withBridge } from "./bridge.ts";

/** How fast a service's pushes arrive in a page. */
export const push: Benchmark = {
  name: "push",
  title: "Push rate, Bun → page",
  async run(context) {
    const count = context.quick ? 5_000 : 20_000;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("push, warming up");
      await bridge.pushed(count);
      return await context.eachRun("push", () => bridge.pushed(count));
    });
    return [{ name: `push, bursts of ${count.toLocaleString("en-US")}`, unit: "/s", runs: runs.map((rate) => [rate]) }];
  },
};
