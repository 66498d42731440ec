import type { Context } from "../context.ts";
import { type Program, using } from "../program.ts";

/** The `bridge` app in the benchmark host, with the bare echo attached to its web view. */
export async function withBridge<T>(context: Context, body: (bridge: Bridge) => Promise<T>): Promise<T> {
  await context.prepare("bridge");
  return await using(context.benchHost("bridge"), async (host) => {
    await host.event("mounted");
    if (!await host.eval<boolean>(`bench.invoke("bench:attachBare")`)) {
      throw new Error(`the bare echo could not be attached to the web view\n${host.log}`);
    }
    return await body(new Bridge(host));
  });
}

/** Where the receiver of a call keeps the time between its calls. */
const INTERVALS: Record<string, string> = {
  bare: `bench.invoke("bench:bareIntervals")`,
  bareMebibyte: `bench.invoke("bench:bareIntervals")`,
  query: `bench.query("bench", { intervals: true })`,
};

export class Bridge {
  constructor(private readonly host: Program) {}

  /** Milliseconds of each of `count` round trips, one after the other, as their receiver clocked them. */
  async sequential(call: string, count: number): Promise<number[]> {
    await this.host.eval(`bench.sequential("${call}", ${count + 1})`);
    const taken = INTERVALS[call] ?? `bench.invoke("bench:intervals")`;
    const intervals = await this.host.eval<number[]>(taken);
    if (intervals.length !== count) throw new Error(`${call}: ${intervals.length} round trips were seen, not ${count}`);
    // Nanoseconds from the host, milliseconds from Bun.
    return call === "query" ? intervals : intervals.map((interval) => interval / 1e6);
  }

  /** Does the same without looking at the times. */
  async warmUp(calls: readonly string[], count: number): Promise<void> {
    for (const call of calls) await this.sequential(call, count);
  }

  /** Calls a second of `count` calls made at once. */
  async parallel(call: string, count: number): Promise<number> {
    const rate = await this.host.eval<number>(`bench.parallel("${call}", ${count})`);
    await this.host.eval(INTERVALS[call] ?? `bench.invoke("bench:intervals")`);
    return rate;
  }

  /** Messages a second from a service to the page. */
  pushed(count: number): Promise<number> {
    return this.host.eval<number>(`bench.pushed(${count})`);
  }
}
