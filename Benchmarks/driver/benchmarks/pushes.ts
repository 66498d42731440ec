import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LOAD_SERVICE, LoadedPages, type PushLoad } from "../../../bun/runtime/testing/push-load.ts";
import type { Benchmark, Context } from "../context.ts";
import { cpuSeconds, environmentOf } from "../processes.ts";
import { type Program, using } from "../program.ts";
import { atLeast } from "../result.ts";

const WINDOWS = 50;
const RATE = 10_000;

interface Run {
  rate: number;
  latencies: number[];
  /** Microseconds of processor time a push, of one process. */
  bun: number;
  host: number;
}

/** A steady flood of pushes to many sockets and one real page. A message that is lost or out of order is an error. */
export const pushes: Benchmark = {
  name: "pushes",
  title: "10,000 pushes a second, 50 windows' sockets and one page",
  async run(context) {
    const load = { windows: WINDOWS, rate: RATE, seconds: context.quick ? 3 : 30, sharedEvery: 10 };
    mkdirSync(join(context.app("pushes"), "bun/services"), { recursive: true });
    writeFileSync(join(context.app("pushes"), "bun/services/load.ts"), LOAD_SERVICE);
    await context.prepare("pushes");
    const runs: Run[] = [];
    for (let run = 0; run < Math.min(context.runs, 3); run++) {
      context.progress(`pushes for ${load.seconds} s, run ${run + 1}`);
      runs.push(await measure(context, load));
    }
    return [
      { name: "pushes", unit: "/s", runs: runs.map(({ rate }) => [rate]), target: atLeast(0.99 * RATE) },
      { name: "from push to a socket's reader", unit: "ms", runs: runs.map(({ latencies }) => latencies) },
      { name: "Bun's processor time for a push", unit: "µs", runs: runs.map(({ bun }) => [bun]) },
      { name: "the host's processor time for a push", unit: "µs", runs: runs.map(({ host }) => [host]) },
    ];
  },
};

async function measure(context: Context, load: PushLoad): Promise<Run> {
  return await using(context.host("pushes"), async (host) => {
    await host.event("mounted");
    const { pid, port } = await running(host);
    const token = environmentOf(pid, "KEYSTONE_SESSION_TOKEN");
    const pages = await LoadedPages.open(port, token, load.windows);
    const before = { bun: cpuSeconds(pid), host: cpuSeconds(host.pid) };
    const { ms, counts } = await pages.run(load);
    const pushed = load.rate * load.seconds;
    const perPush = (seconds: number) => seconds * 1e6 / pushed;
    const run = {
      rate: pushed / ms * 1000,
      latencies: pages.latencies,
      bun: perPush(cpuSeconds(pid) - before.bun),
      host: perPush(cpuSeconds(host.pid) - before.host),
    };
    pages.close();
    const seen = await host.eval<{ last: number; faults: number }>("seen");
    if (seen.faults > 0 || seen.last !== counts["load:shared"]) {
      throw new Error(`the page got ${seen.last} of ${counts["load:shared"]} messages, ${seen.faults} out of order`);
    }
    return run;
  });
}

async function running(host: Program): Promise<{ pid: number; port: number }> {
  const isUp = () => host.events.find(({ fields }) => fields["event"] === "bun" && fields["state"] === "running");
  for (let seen = 0; isUp() === undefined; seen = host.events.length) await host.event("bun", seen);
  const { pid, port } = isUp()?.fields ?? {};
  return { pid: Number(pid), port: Number(port) };
}
