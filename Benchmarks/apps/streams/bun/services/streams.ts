import { defineService, type ServiceStream } from "@keystone/sdk/service";

const CHUNK = 64 * 1024;
const chunk = new Uint8Array(CHUNK);

async function source(stream: ServiceStream): Promise<void> {
  const writer = stream.writable.getWriter();
  for (let left = stream.data as number; left > 0; left -= CHUNK) await writer.write(chunk);
  await writer.close();
}

/** Takes everything, then answers with how much it was. */
async function sink(stream: ServiceStream): Promise<void> {
  let count = 0;
  for await (const part of stream.readable) count += part.length;
  const writer = stream.writable.getWriter();
  await writer.write(new TextEncoder().encode(String(count)));
  await writer.close();
}

/** The bare Unix socket that the host listens at: takes `bytes`, or sends them, with nothing in between. */
function bare(path: string, direction: "read" | "write", bytes: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = bytes;
    let rest: Uint8Array | undefined;
    const send = (socket: BunSocket) => {
      while (left > 0) {
        const next = rest ?? chunk;
        const written = Math.max(0, socket.write(next));
        left -= written;
        rest = written < next.length ? next.subarray(written) : undefined;
        if (rest) return;
      }
      socket.end();
    };
    Bun.connect({
      unix: path,
      socket: {
        binaryType: "uint8array",
        open: (socket) => direction === "write" ? send(socket) : undefined,
        drain: (socket) => direction === "write" ? send(socket) : undefined,
        data: (socket, data) => {
          left -= data.length;
          if (left <= 0) socket.write(new Uint8Array(1));
        },
        close: () => resolve(),
        error: (_, error) => reject(error),
      },
    }).catch(reject);
  });
}

/** The bare WebSocket: sends what it is asked for, and counts what it is sent. */
function bareServer(): number {
  const server = Bun.serve<{ left: number; count: number; wanted: number }>({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) =>
      self.upgrade(request, { data: { left: 0, count: 0, wanted: 0 } }) ? undefined : new Response("", { status: 400 }),
    websocket: {
      perMessageDeflate: false,
      message: (socket, message) => {
        if (typeof message === "string") {
          const { send, take } = JSON.parse(message) as { send?: number; take?: number };
          socket.data = { left: send ?? 0, count: 0, wanted: take ?? 0 };
          fill(socket);
          return;
        }
        socket.data.count += message.length;
        // What the page has in flight is bounded by these words.
        if (socket.data.count % (1 << 20) === 0) socket.send(String(socket.data.count));
      },
      drain: (socket) => fill(socket),
    },
  });
  return server.port;
}

function fill(socket: BunServerWebSocket<{ left: number }>): void {
  while (socket.data.left > 0 && socket.getBufferedAmount() < 1 << 20) {
    socket.send(chunk);
    socket.data.left -= CHUNK;
  }
}

export default defineService("streams")
  .query(() => ({ port: bareServer() }))
  .build((svc) => {
    svc.onStream("bench:source", source);
    svc.onStream("bench:sink", sink);
    svc.onStream("bench:bare", async (stream) => {
      const { path, direction, bytes } = stream.data as { path: string; direction: "read" | "write"; bytes: number };
      await bare(path, direction, bytes);
    });
  });
