import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WireError } from "../../sdk/protocol.ts";
import { codeOf, pattern, seeded, streamPair } from "../../testing/stream-pair.ts";
import { ChunkQueue } from "./chunk-queue.ts";
import {
  checkFrame,
  decodeError,
  decodeOpening,
  encodeError,
  encodeOpening,
  FrameKind,
  HEADER,
  MAX_CHUNK,
  PREFIX,
  ProtocolBreak,
  putHeader,
  putUint32,
  type StreamOpening,
  uint32,
} from "./frame.ts";
import { FrameReader } from "./frame-reader.ts";
import { receiveMessage } from "./message-frame.ts";

type Frame = { kind: number; stream: number; payload: string };

function encode(kind: number, stream: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(PREFIX + HEADER + payload.length);
  bytes.set(payload, putHeader(bytes, putUint32(bytes, 0, HEADER + payload.length), kind, stream));
  return bytes;
}

function collector() {
  const frames: Frame[] = [];
  let continues = false;
  const reader = new FrameReader((kind, stream, payload) => {
    const text = Buffer.from(payload).toString("latin1");
    const last = frames.at(-1);
    if (continues && last && kind === FrameKind.chunk && last.stream === stream) last.payload += text;
    else frames.push({ kind, stream, payload: text });
    continues = kind === FrameKind.chunk;
  });
  return { frames, reader };
}

test("frames come out whole, wherever their bytes are cut", () => {
  const sent: Frame[] = [
    { kind: FrameKind.open, stream: 1, payload: '{"channel":"a"}' },
    { kind: FrameKind.accept, stream: 2, payload: "" },
    { kind: FrameKind.chunk, stream: 0xfffffffd, payload: "x".repeat(1000) },
    { kind: FrameKind.credit, stream: 7, payload: "\x01\x02\x03\x04" },
    { kind: FrameKind.end, stream: 7, payload: "" },
    { kind: FrameKind.reset, stream: 9, payload: "{}" },
  ];
  const bytes = Buffer.concat(sent.map((f) => encode(f.kind, f.stream, Buffer.from(f.payload, "latin1"))));
  for (let size = 1; size <= bytes.length; size++) {
    const { frames, reader } = collector();
    for (let at = 0; at < bytes.length; at += size) reader.append(new Uint8Array(bytes.subarray(at, at + size)));
    expect(frames).toEqual(sent);
  }
});

const OUT_OF_BOUNDS: [kind: number, length: number][] = [
  [0, 0],
  [8, 0],
  [255, 10],
  [FrameKind.open, 1],
  [FrameKind.open, 256 * 1024 + 1],
  [FrameKind.accept, 1],
  [FrameKind.chunk, 0],
  [FrameKind.chunk, MAX_CHUNK + 1],
  [FrameKind.chunk, 0xfffffff0],
  [FrameKind.chunk, -3],
  [FrameKind.end, 1],
  [FrameKind.stop, 1],
  [FrameKind.reset, 64 * 1024 + 1],
  [FrameKind.credit, 3],
  [FrameKind.credit, 5],
];

for (const [kind, length] of OUT_OF_BOUNDS) {
  test(`type ${kind} with ${length} bytes is refused with its header`, () => {
    expect(() => checkFrame(kind, length)).toThrow(ProtocolBreak);
    const header = new Uint8Array(PREFIX + HEADER);
    putHeader(header, putUint32(header, 0, HEADER + length), kind, 1);
    expect(() => collector().reader.append(header)).toThrow(ProtocolBreak);
  });
}

const SEED = Number(process.env.KEYSTONE_TEST_SEED ?? Date.now() & 0xffffff);

test(`noise neither breaks the reader nor fills its memory (seed ${SEED})`, () => {
  const random = seeded(SEED);
  for (let round = 0; round < 3000; round++) {
    const { reader } = collector();
    try {
      for (let piece = 0; piece < 20; piece++) {
        const bytes = pattern(random(256), random(1000), random(300));
        // Half of them begin like a frame.
        if (random(2) === 0 && bytes.length > 9) {
          putHeader(bytes, putUint32(bytes, 0, HEADER + random(400)), random(9), random(20));
        }
        reader.append(bytes);
      }
    } catch (error) {
      if (!(error instanceof ProtocolBreak)) throw error;
    }
  }
});

test(`frames in any order neither break the streams nor leave one hanging (seed ${SEED})`, async () => {
  const random = seeded(SEED);
  const texts = ['{"channel":"a"}', '{"channel":""}', "[]", "{", '{"channel":"a","data":[1]}', '{"code":3}'];
  for (let round = 0; round < 300; round++) {
    const { server, client, breaks } = streamPair({
      server: () => async (stream) => {
        if (random(2) === 0) { for await (const _ of stream.readable) if (random(4) === 0) break; }
        if (random(2) === 0) await stream.writable.close();
      },
    });
    const own = Array.from({ length: 3 }, () => server.open({ channel: "own" }));
    for (let count = 0; count < 60; count++) {
      const kind = 1 + random(7);
      const payload = kind === FrameKind.open || kind === FrameKind.reset
        ? Buffer.from(texts[random(texts.length)] ?? "")
        : kind === FrameKind.credit
        ? new Uint8Array(new Uint32Array([random(20) === 0 ? 0xffffffff : random(100_000)]).buffer)
        : kind === FrameKind.chunk
        ? pattern(1, 0, 1 + random(random(10) === 0 ? MAX_CHUNK : 200))
        : new Uint8Array(0);
      const message = new Uint8Array(HEADER + payload.length);
      message.set(payload, putHeader(message, 0, random(100) === 0 ? random(256) : kind, random(12)));
      receiveMessage(server, random(200) === 0 ? "text" : message);
      if (random(10) === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(breaks.length).toBeLessThanOrEqual(1);
    server.close(Object.assign(new Error("over"), { code: "UNAVAILABLE" }) as never);
    for (const stream of own) {
      await Promise.race([stream.closed.catch(() => {}), codeOf(client.open({ channel: "x" }).opened)]);
    }
    for (const stream of own) await stream.closed.catch(() => {});
  }
});

test(`a queue gives back what it was given (seed ${SEED})`, () => {
  const random = seeded(SEED);
  const queue = new ChunkQueue();
  let put = 0;
  let taken = 0;
  for (let step = 0; step < 20_000; step++) {
    if (random(3) > 0) {
      const size = 1 + random(random(20) === 0 ? 40_000 : 300);
      queue.push(pattern(5, put, size));
      put += size;
    } else {
      const chunk = queue.shift();
      if (chunk === undefined) expect(put).toBe(taken);
      else {
        expect(Buffer.compare(chunk, pattern(5, taken, chunk.length))).toBe(0);
        taken += chunk.length;
      }
    }
  }
  for (let chunk = queue.shift(); chunk; chunk = queue.shift()) taken += chunk.length;
  expect(taken).toBe(put);
});

interface GoldenFrame {
  type: keyof typeof FrameKind;
  stream: number;
  bytes: string;
  opening?: StreamOpening;
  payload?: string;
  error?: WireError;
  credit?: number;
}

const golden: { frames: GoldenFrame[]; broken: { why: string; bytes: string }[] } = JSON.parse(
  readFileSync(join(import.meta.dir, "../../../Protocol/golden/streams/frames.json"), "utf8"),
);

for (const frame of golden.frames) {
  test(`the golden frame "${frame.type}" of stream ${frame.stream} is read and written`, () => {
    let read: { kind: number; stream: number; payload: Uint8Array } | undefined;
    const reader = new FrameReader((kind, stream, payload) => void (read = { kind, stream, payload: payload.slice() }));
    reader.append(new Uint8Array(Buffer.from(frame.bytes, "hex")));
    expect([read?.kind, read?.stream]).toEqual([FrameKind[frame.type], frame.stream]);
    const payload = read?.payload ?? new Uint8Array(0);
    if (frame.opening) expect(decodeOpening(payload)).toEqual(frame.opening);
    if (frame.payload) expect(Buffer.from(payload).toString("hex")).toBe(frame.payload);
    if (frame.error) expect(decodeError(payload)).toEqual({ ...frame.error });
    if (frame.credit) expect(uint32(payload, 0)).toBe(frame.credit);
    const own = frame.opening ? encodeOpening(frame.opening) : frame.error ? encodeError(frame.error) : payload;
    expect(Buffer.from(encode(FrameKind[frame.type], frame.stream, own)).toString("hex")).toBe(frame.bytes);
  });
}

for (const { why, bytes } of golden.broken) {
  test(`${why} breaks the protocol`, () => {
    const { server, breaks } = streamPair({ server: () => () => {} });
    server.open({ channel: "victim" });
    const reader = new FrameReader((kind, stream, payload) => server.receive(kind, stream === 1 ? 2 : stream, payload));
    const forOpenings = new FrameReader((kind, stream, payload) => server.receive(kind, stream, payload));
    const data = new Uint8Array(Buffer.from(bytes, "hex"));
    try {
      (data[4] === FrameKind.open ? forOpenings : reader).append(data);
    } catch (error) {
      if (!(error instanceof ProtocolBreak)) throw error;
      breaks.push(error.message);
    }
    expect(breaks).toHaveLength(1);
  });
}
