import { defineService, type ServiceHandle, type WorkerConnection } from "@keystone/sdk/service";

type Ask = (args: unknown) => Promise<unknown>;

const ways: Record<string, Ask> = {};

async function prepare({ ctx, ipc }: ServiceHandle): Promise<void> {
  const connection: WorkerConnection = ctx.workers.connect("answerer");
  ways.direct = (args) => connection.query("echo", args);
  ways.host = (args) => ipc.worker("answerer").call("echo", args);
  ways.bare = await bareEcho(await connection.invoke<number>("echo:port"));
}

/** JSON there and back; answers come in the order of the questions. */
async function bareEcho(port: number): Promise<Ask> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
  await new Promise((resolve) => socket.onopen = resolve);
  const waiting: ((value: unknown) => void)[] = [];
  let answered = 0;
  socket.onmessage = ({ data }) => waiting[answered++]?.(JSON.parse(data));
  return (args) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      socket.send(JSON.stringify(args));
    });
}

/** Milliseconds of each of `count` calls one after the other, or of all of them at once; `length` of the text that is sent. */
export default defineService("ask")
  .query(
    async ({ way, count, length, atOnce }: { way: string; count: number; length: number; atOnce: boolean }, svc) => {
      if (ways.bare === undefined) await prepare(svc);
      const ask = ways[way] as Ask;
      const args = { text: "x".repeat(length) };
      const times: number[] = [];
      if (atOnce) {
        const before = performance.now();
        await Promise.all(Array.from({ length: count }, () => ask(args)));
        return [performance.now() - before];
      }
      for (let index = 0; index < count; index++) {
        const before = performance.now();
        await ask(args);
        times.push(performance.now() - before);
      }
      return times;
    },
  )
  .build();
