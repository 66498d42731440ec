import type { Benchmark, Context } from "../context.ts";
import { type Program, using } from "../program.ts";
import { atLeast, ratioRow, type Row } from "../result.ts";

/** Each way, with the bare socket that it is measured against. */
const WAYS = [
  { name: "host → Bun", stream: "toBun", bare: "bareToBun", socket: "Unix socket", inPage: false },
  { name: "Bun → host", stream: "fromBun", bare: "bareFromBun", socket: "Unix socket", inPage: false },
  { name: "page → Bun", stream: "toBun", bare: "bareToBun", socket: "WebSocket", inPage: true },
  { name: "Bun → page", stream: "fromBun", bare: "bareFromBun", socket: "WebSocket", inPage: true },
] as const;

/** How fast streams move bytes in chunks of 64 KiB, beside bare sockets between the same processes. */
export const streams: Benchmark = {
  name: "streams",
  title: "Streams, chunks of 64 KiB",
  async run(context) {
    await context.prepare("streams");
    return await using(context.benchHost("streams"), async (host) => {
      await host.event("mounted");
      return await measure(context, host);
    });
  },
};

async function measure(context: Context, host: Program): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, stream, bare, socket, inPage } of WAYS) {
    const bytes = (inPage ? 64 : 512) * 2 ** (context.quick ? 19 : 20);
    const rate = (call: string) =>
      host.eval<number>(inPage ? `bench.transfer("${call}", ${bytes})` : `bench.invoke("bench:${call}", ${bytes})`);
    context.progress(`streams, ${name}, warming up`);
    await rate(bare);
    await rate(stream);
    const runs = await context.eachRun(
      `streams, ${name}`,
      async () => ({ bare: await rate(bare), ours: await rate(stream) }),
    );
    const bareRow: Row = { name: `${name}, bare ${socket}`, unit: "MiB/s", runs: runs.map((run) => [run.bare]) };
    const ours: Row = { name: `${name}, stream`, unit: "MiB/s", runs: runs.map((run) => [run.ours]) };
    rows.push(bareRow, ours, ratioRow(`  ${name}, stream / bare`, ours, bareRow, atLeast(0.6)));
  }
  return rows;
}
