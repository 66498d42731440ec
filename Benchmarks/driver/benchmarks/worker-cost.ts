import type { Benchmark } from "../context.ts";
import { processMemory, settledMemory } from "../processes.ts";
import { type Program, using } from "../program.ts";
import type { Row } from "../result.ts";

const SPAWNED = 5;

interface Run {
  page: number[];
  host: number[];
  direct: number[];
  hostParallel: number;
  directParallel: number;
  starts: number[];
  memory: number[];
}

/** What a worker costs: questions to it by way of the host and directly, beside a page's to main Bun; start and memory. */
export const workerCost: Benchmark = {
  name: "worker-cost",
  title: "What a worker costs",
  async run(context) {
    await context.prepare("worker-cost");
    const runs = await using(context.host("worker-cost"), async (host) => {
      await host.event("mounted");
      context.progress("worker-cost, warming up");
      await measureCalls(host, context.quick ? 200 : 1_000);
      return await context.eachRun("worker-cost", async () => ({
        ...await measureCalls(host, context.quick ? 500 : 2_000),
        ...await measureLives(host),
      }));
    });
    return rows(runs);
  },
};

async function measureCalls(host: Program, count: number) {
  const ask = <T>(args: unknown) => host.eval<T>(`bench.ask(${JSON.stringify(args)})`);
  await host.eval(`bench.sequential(${count + 1})`);
  return {
    page: await ask<number[]>({ intervals: true }),
    host: await ask<number[]>({ way: "host", count }),
    direct: await ask<number[]>({ way: "direct", count }),
    hostParallel: await ask<number>({ way: "host", count: count * 5, parallel: true }),
    directParallel: await ask<number>({ way: "direct", count: count * 5, parallel: true }),
  };
}

/** Starts workers one after the other, looks at their memory once it rests, and stops them. */
async function measureLives(host: Program) {
  const starts: number[] = [];
  const pids: number[] = [];
  const names = Array.from({ length: SPAWNED }, (_, index) => `spawned-${index}`);
  for (const worker of names) {
    const started = host.now();
    await host.do("spawnWorker", { worker, servicesDir: "workers/echo" });
    await host.do("queryWorker", { worker, service: "echo" });
    starts.push(host.now() - started);
  }
  for (const { worker, pid } of await host.do<{ worker: string; pid: number }[]>("workers")) {
    if (names.includes(worker)) pids.push(pid);
  }
  await settledMemory(host.pid);
  const memory = pids.map(processMemory);
  for (const worker of names) await host.do("stopWorker", { worker });
  return { starts, memory };
}

function rows(runs: Run[]): Row[] {
  const micro = (times: number[]) => times.map((ms) => ms * 1000);
  return [
    { name: "query, page → main Bun", unit: "µs", runs: runs.map((run) => micro(run.page)) },
    { name: "query, main Bun → worker by the host", unit: "µs", runs: runs.map((run) => micro(run.host)) },
    { name: "query, main Bun → worker directly", unit: "µs", runs: runs.map((run) => micro(run.direct)) },
    { name: "queries at once, by the host", unit: "/s", runs: runs.map((run) => [run.hostParallel]) },
    { name: "queries at once, directly", unit: "/s", runs: runs.map((run) => [run.directParallel]) },
    { name: "start, until its first answer", unit: "ms", runs: runs.map((run) => run.starts) },
    { name: `memory of one of ${SPAWNED} (PSS)`, unit: "MiB", runs: runs.map((run) => run.memory) },
  ];
}
