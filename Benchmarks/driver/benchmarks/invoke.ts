import type { Benchmark } from "../context.ts";
import { atMost, ratioRow, type Row } from "../result.ts";
import { withBridge } from "./bridge.ts";

const CALLS = {
  bare: "bare script-message echo",
  invoke: "invoke",
  invokeAsync: "invoke, handler off the main thread",
};
type Call = keyof typeof CALLS;
const NAMES = Object.keys(CALLS) as Call[];

const TURNS = 10;

/** The round trip of a small call, one after the other, beside a bare handler in the same web view. */
export const invoke: Benchmark = {
  name: "invoke",
  title: "invoke round trip, one after the other",
  async run(context) {
    const count = context.quick ? 500 : 2_000;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("invoke, warming up");
      await bridge.warmUp(NAMES, count);
      return await context.eachRun("invoke", async () => {
        const run: Partial<Record<Call, number[]>> = {};
        // In turns, so that what disturbs the machine for a moment disturbs all of them.
        for (let turn = 0; turn < TURNS; turn++) {
          for (const name of NAMES) (run[name] ??= []).push(...await bridge.sequential(name, count / TURNS));
        }
        return run;
      });
    });
    const row = (name: Call): Row => ({
      name: CALLS[name],
      unit: "µs",
      runs: runs.map((run) => (run[name] ?? []).map((ms) => ms * 1000)),
    });
    const bare = row("bare");
    return [
      bare,
      row("invoke"),
      row("invokeAsync"),
      ratioRow("invoke ÷ bare", row("invoke"), bare, atMost(0.5)),
      ratioRow("invoke off the main thread ÷ bare", row("invokeAsync"), bare, atMost(0.5)),
    ];
  },
};
