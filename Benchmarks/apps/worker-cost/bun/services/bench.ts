import { defineService, type ServiceHandle } from "@keystone/sdk/service";

type Call = () => Promise<unknown>;
type Way = "host" | "direct";

const args = { text: "hello", count: 42 };
let arrivals: number[] = [];

/** Milliseconds of each of `count` calls, one after the other. */
async function sequential(call: Call, count: number): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const started = performance.now();
    await call();
    times.push(performance.now() - started);
  }
  return times;
}

/** Calls a second of `count` calls made at once. */
async function parallel(call: Call, count: number): Promise<number> {
  const started = performance.now();
  await Promise.all(Array.from({ length: count }, call));
  return count / (performance.now() - started) * 1000;
}

function toWorker(way: Way, svc: ServiceHandle): { call: Call; end: () => void } {
  if (way === "host") return { call: () => svc.ipc.worker("echo").call("echo", args), end: () => {} };
  const connection = svc.ctx.workers.connect("echo");
  return { call: () => connection.query("echo", args), end: () => connection.close() };
}

/** `{ way, count, parallel? }` times questions to the worker, `{ intervals }` answers with the time between others. */
export default defineService("bench")
  .query(async (question: { way?: Way; count?: number; parallel?: boolean; intervals?: boolean }, svc) => {
    if (question.way) {
      const { call, end } = toWorker(question.way, svc);
      await call();
      const measured = await (question.parallel ? parallel : sequential)(call, question.count ?? 0);
      end();
      return measured;
    }
    if (question.intervals) {
      const intervals = arrivals.slice(1).map((time, index) => time - (arrivals[index] ?? time));
      arrivals = [];
      return intervals;
    }
    arrivals.push(performance.now());
    return question;
  })
  .build();
