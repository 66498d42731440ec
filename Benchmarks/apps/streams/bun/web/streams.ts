import { invoke, ipc, query } from "@keystone/sdk/bridge";

const CHUNK = 64 * 1024;
const MIB = 1024 * 1024;
const chunk = new Uint8Array(CHUNK);

let socket: WebSocket | undefined;

async function bareSocket(): Promise<WebSocket> {
  if (socket) return socket;
  const { port } = await query<{ port: number }>("streams");
  const opened = new WebSocket(`ws://127.0.0.1:${port}/`);
  opened.binaryType = "arraybuffer";
  await new Promise((resolve) => opened.onopen = resolve);
  return socket = opened;
}

const transfers: Record<string, (bytes: number) => Promise<unknown>> = {
  async fromBun(bytes) {
    const stream = ipc.stream.open("bench:source", bytes);
    let count = 0;
    const reader = stream.readable.getReader();
    for (let next = await reader.read(); !next.done; next = await reader.read()) count += next.value.length;
    if (count !== bytes) throw new Error(`${count} bytes came, not ${bytes}`);
  },
  async toBun(bytes) {
    const stream = ipc.stream.open("bench:sink");
    const writer = stream.writable.getWriter();
    for (let left = bytes; left > 0; left -= CHUNK) await writer.write(chunk);
    await writer.close();
    const count = Number(await new Response(stream.readable).text());
    if (count !== bytes) throw new Error(`${count} bytes arrived, not ${bytes}`);
  },
  async bareFromBun(bytes) {
    const socket = await bareSocket();
    let left = bytes;
    await new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        left -= (data as ArrayBuffer).byteLength;
        if (left <= 0) resolve();
      };
      socket.send(JSON.stringify({ send: bytes }));
    });
  },
  /** With a mebibyte in flight, as the streams have. */
  async bareToBun(bytes) {
    const socket = await bareSocket();
    let sent = 0;
    const send = (upTo: number) => {
      for (; sent < Math.min(upTo, bytes); sent += CHUNK) socket.send(chunk);
    };
    await new Promise<void>((resolve) => {
      socket.onmessage = ({ data }) => {
        const taken = Number(data);
        if (taken >= bytes) resolve();
        else send(taken + 2 * MIB);
      };
      socket.send(JSON.stringify({ take: bytes }));
      send(2 * MIB);
    });
  },
};

/** MiB a second. The host's clock: a page's own is too coarse. */
async function transfer(name: string, bytes: number): Promise<number> {
  const started = await invoke<number>("bench:now");
  await transfers[name]?.(bytes);
  const ended = await invoke<number>("bench:now");
  return bytes / MIB / ((ended - started) / 1e9);
}

Object.assign(globalThis, { bench: { invoke, transfer } });

export function mount(root: HTMLElement): void {
  root.textContent = "streams";
}
