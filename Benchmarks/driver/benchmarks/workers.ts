import type { Benchmark } from "../context.ts";
import { type Program, using } from "../program.ts";
import { atMost, ratioRow, type Row } from "../result.ts";

const MEBIBYTE = 1024 * 1024;
/** A bare WebSocket's echo, the worker's own socket, and the host in between. */
const WAYS = ["bare", "direct", "host"] as const;
type Way = typeof WAYS[number];
const NAMES: Record<Way, string> = {
  bare: "a bare WebSocket between the same processes",
  direct: "a direct connection",
  host: "by way of the host",
};

interface Question {
  count: number;
  /** Characters of the text that goes there and back. */
  length: number;
  atOnce?: boolean;
}

/** What one worker waits for when it asks another. */
export const workers: Benchmark = {
  name: "workers",
  title: "Questions from worker to worker",
  async run(context) {
    const count = context.quick ? 300 : 2_000;
    await context.prepare("workers");
    return await using(context.host("workers"), async (host) => {
      await bothRun(host);
      for (const way of WAYS) await ask(host, way, { count, length: 20 });
      const measure = async (what: string, question: Question) =>
        await context.eachRun(`workers, ${what}`, async () => {
          const times = {} as Record<Way, number[]>;
          for (const way of WAYS) times[way] = await ask(host, way, question);
          return times;
        });
      const small = rows(
        "one after the other",
        "µs",
        await measure("one after the other", { count, length: 20 }),
        1000,
      );
      const burst = { count: 5_000, length: 20, atOnce: true };
      const parallel = (await measure("at once", burst)).map((run) => perSecond(run, burst.count));
      const large = await measure("1 MiB", { count: context.quick ? 5 : 20, length: MEBIBYTE });
      return [
        ...small.rows,
        ratioRow("direct over bare, one after the other", small.of.direct, small.of.bare, atMost(2)),
        ...rows("5,000 at once", "/s", parallel, 1).rows,
        ...rows("1 MiB there and back", "ms", large, 1).rows,
      ];
    });
  },
};

async function bothRun(host: Program): Promise<void> {
  const isUp = (name: string) =>
    host.events.some(({ fields }) =>
      fields["event"] === "worker" && fields["worker"] === name && fields["state"] === "running"
    );
  for (let seen = 0; !isUp("asker") || !isUp("answerer"); seen = host.events.length) await host.event("worker", seen);
}

async function ask(host: Program, way: Way, question: Question): Promise<number[]> {
  return await host.do<number[]>("queryWorker", { worker: "asker", service: "ask", args: { way, ...question } });
}

function rows(what: string, unit: Row["unit"], runs: Record<Way, number[]>[], scale: number) {
  const of = {} as Record<Way, Row>;
  for (const way of WAYS) {
    of[way] = { name: `${what}: ${NAMES[way]}`, unit, runs: runs.map((run) => run[way].map((ms) => ms * scale)) };
  }
  return { of, rows: Object.values(of) };
}

function perSecond(run: Record<Way, number[]>, count: number): Record<Way, number[]> {
  const times = {} as Record<Way, number[]>;
  for (const way of WAYS) times[way] = run[way].map((ms) => count / ms * 1000);
  return times;
}
