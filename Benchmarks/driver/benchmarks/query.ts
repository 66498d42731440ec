import type { Benchmark } from "../context.ts";
import { withBridge } from "./bridge.ts";

/** The round trip of a small question to a service in Bun, one after the other. */
export const query: Benchmark = {
  name: "query",
  title: "query round trip to Bun, one after the other",
  async run(context) {
    const count = context.quick ? 500 : 2_000;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("query, warming up");
      await bridge.warmUp(["query"], count);
      return await context.eachRun("query", () => bridge.sequential("query", count));
    });
    return [{ name: "query", unit: "µs", runs: runs.map((run) => run.map((ms) => ms * 1000)) }];
  },
};
