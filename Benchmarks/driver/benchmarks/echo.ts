import type { Benchmark } from "../context.ts";
import type { Row } from "../result.ts";
import { withBridge } from "./bridge.ts";

const CALLS = ["bareMebibyte", "invokeMebibyte", "invokeBytes"] as const;

/** One mebibyte to the host and back, as text and as bytes. */
export const echo: Benchmark = {
  name: "echo",
  title: "1 MiB echo",
  async run(context) {
    const count = context.quick ? 10 : 40;
    const runs = await withBridge(context, async (bridge) => {
      context.progress("echo, warming up");
      await bridge.warmUp(CALLS, 5);
      return await context.eachRun("echo", async () => {
        const run: Record<string, number[]> = {};
        for (const call of CALLS) run[call] = await bridge.sequential(call, count);
        return run;
      });
    });
    const row = (name: string, call: typeof CALLS[number]): Row => ({
      name,
      unit: "ms",
      runs: runs.map((run) => run[call] ?? []),
    });
    return [
      row("bare script message, string", "bareMebibyte"),
      row("invoke, string", "invokeMebibyte"),
      row("invoke, binary", "invokeBytes"),
    ];
  },
};
