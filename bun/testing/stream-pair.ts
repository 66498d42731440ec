/** Two stream connections with the bytes of a Unix socket between them, for tests. */

import {
  type Carrier,
  type ConnectionOptions,
  FrameReader,
  HEADER,
  PREFIX,
  putHeader,
  putUint32,
  StreamConnection,
} from "../lib/streams/index.ts";

/** Carries frames as bytes, a turn later, cut wherever `cut` says. */
class Wire implements Carrier {
  readonly #frames: Uint8Array[] = [];
  #isScheduled = false;
  waiting = 0;
  isClosed = false;
  other!: (bytes: Uint8Array) => void;
  onRoom!: () => void;
  onClosed!: () => void;

  constructor(private readonly limit: number, private readonly cut: () => number) {}

  get hasRoom(): boolean {
    return this.waiting < this.limit;
  }

  send(kind: number, stream: number, payload: Uint8Array): void {
    const frame = new Uint8Array(PREFIX + HEADER + payload.length);
    frame.set(payload, putHeader(frame, putUint32(frame, 0, HEADER + payload.length), kind, stream));
    this.#frames.push(frame);
    this.waiting += frame.length;
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#deliver());
  }

  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    setImmediate(() => {
      this.#deliver();
      this.onClosed();
    });
  }

  #deliver(): void {
    this.#isScheduled = false;
    const bytes = Buffer.concat(this.#frames.splice(0));
    this.waiting = 0;
    for (let at = 0; at < bytes.length;) {
      const size = Math.max(1, this.cut());
      this.other(new Uint8Array(bytes.subarray(at, at + size)));
      at += size;
    }
    if (!this.isClosed) this.onRoom();
  }
}

export interface Pair {
  readonly server: StreamConnection;
  readonly client: StreamConnection;
  /** What `onBreak` was told, by side. */
  readonly breaks: string[];
}

type Accept = ConnectionOptions["accept"];

const refuse: Accept = () => {
  throw Object.assign(new Error("nobody"), { code: "NO_HANDLER" });
};

export function streamPair(
  accept: { server?: Accept; client?: Accept },
  { limit = 256 * 1024, cut = () => 64 * 1024 } = {},
): Pair {
  const breaks: string[] = [];
  const make = (listens: boolean, own: Accept = refuse) => {
    const wire = new Wire(limit, cut);
    const name = listens ? "server" : "client";
    const connection = new StreamConnection(wire, {
      listens,
      peer: listens ? "the client" : "the server",
      accept: own,
      onBreak: (message) => breaks.push(`${name}: ${message}`),
    });
    wire.onRoom = () => connection.room();
    return { wire, connection };
  };
  const server = make(true, accept.server);
  const client = make(false, accept.client);
  const join = (from: typeof server, to: typeof server) => {
    const reader = new FrameReader((kind, stream, payload) => to.connection.receive(kind, stream, payload));
    from.wire.other = (bytes) => {
      if (!to.wire.isClosed) reader.append(bytes);
    };
    from.wire.onClosed = () => to.connection.close(Object.assign(new Error("lost"), { code: "UNAVAILABLE" }) as never);
  };
  join(server, client);
  join(client, server);
  return { server: server.connection, client: client.connection, breaks };
}

/** Bytes whose value tells their place: byte `i` of the stream `seed`. */
export function pattern(seed: number, from: number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (seed * 31 + (from + i) * 7 + ((from + i) >> 8)) & 255;
  return bytes;
}

/** Reads to the end, and checks each byte against the pattern; returns how many there were. */
export async function readPattern(readable: ReadableStream<Uint8Array>, seed: number): Promise<number> {
  let count = 0;
  for await (const chunk of readable) {
    const wanted = pattern(seed, count, chunk.length);
    if (Buffer.compare(chunk, wanted) !== 0) throw new Error(`stream ${seed}: wrong bytes after ${count}`);
    count += chunk.length;
  }
  return count;
}

/** The code that a promise rejects with; fails where it resolves. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return (error as { code?: unknown }).code ?? (error as Error).name;
  }
  throw new Error("it resolved");
}

/** A generator of numbers below a bound, from a seed (mulberry32). */
export function seeded(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}
