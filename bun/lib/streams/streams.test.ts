import { describe, expect, test } from "bun:test";
import { codeOf, pattern, readPattern, streamPair } from "../../testing/stream-pair.ts";
import type { ByteStream } from "./index.ts";
import { FrameKind, WINDOW } from "./frame.ts";

const MIB = 1024 * 1024;

/** A pair of which the server hands each stream to `next()`. */
function served(options?: Parameters<typeof streamPair>[1]) {
  const waiting: ((stream: ByteStream) => void)[] = [];
  const here: ByteStream[] = [];
  const pair = streamPair({
    server: () => (stream) => {
      const waiter = waiting.shift();
      if (waiter) waiter(stream);
      else here.push(stream);
    },
  }, options);
  const next = () => {
    const stream = here.shift();
    return stream ? Promise.resolve(stream) : new Promise<ByteStream>((resolve) => waiting.push(resolve));
  };
  return { ...pair, next };
}

async function writeAll(stream: ByteStream, bytes: Uint8Array): Promise<void> {
  const writer = stream.writable.getWriter();
  await writer.write(bytes as Uint8Array<ArrayBuffer>);
  await writer.close();
}

test("bytes go both ways, whatever the pieces", async () => {
  const { client, next } = served({ cut: () => 1 + Math.floor(Math.random() * 5000) });
  const stream = client.open({ channel: "echo", data: { n: 1 } });
  const other = await next();
  expect([other.channel, other.data]).toEqual(["echo", { n: 1 }]);
  void other.readable.pipeTo(other.writable);
  const [, count] = await Promise.all([writeAll(stream, pattern(3, 0, 3 * MIB)), readPattern(stream.readable, 3)]);
  expect(count).toBe(3 * MIB);
  await Promise.all([stream.opened, stream.closed, other.closed]);
  expect(client.size).toBe(0);
});

test("each direction ends by itself", async () => {
  const { client, server, next } = served();
  const stream = client.open({ channel: "half" });
  await writeAll(stream, pattern(1, 0, 10));
  const other = await next();
  expect(await readPattern(other.readable, 1)).toBe(10);
  expect(server.size).toBe(1);
  await writeAll(other, pattern(2, 0, 2 * MIB / 2));
  expect(await readPattern(stream.readable, 2)).toBe(MIB);
  await stream.closed;
  expect([client.size, server.size]).toEqual([0, 0]);
});

test("a stream may carry nothing at all, and empty writes are no frames", async () => {
  const { client, next, breaks } = served();
  const stream = client.open({ channel: "empty" });
  await writeAll(stream, new Uint8Array(0));
  const other = await next();
  expect(await readPattern(other.readable, 0)).toBe(0);
  await other.writable.close();
  expect(await readPattern(stream.readable, 0)).toBe(0);
  expect(breaks).toEqual([]);
});

test("the writer waits for the reader", async () => {
  const { client, next } = served();
  const stream = client.open({ channel: "slow" });
  const writer = stream.writable.getWriter();
  let written = 0;
  const writing = (async () => {
    for (; written < 64; written++) await writer.write(pattern(9, written * 64 * 1024, 64 * 1024));
    await writer.close();
  })();
  const other = await next();
  // All that can go without a reader has gone when the loop has nothing left to do but wait.
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  expect(written * 64 * 1024).toBe(WINDOW);
  expect(await readPattern(other.readable, 9)).toBe(4 * MIB);
  await writing;
});

test("a reader that stops fails the writes, and the other direction goes on", async () => {
  const { client, next } = served();
  const stream = client.open({ channel: "stop" });
  const other = await next();
  await other.readable.cancel();
  const writer = stream.writable.getWriter();
  expect(
    await codeOf((async () => {
      for (;;) await writer.write(pattern(0, 0, 64 * 1024));
    })()),
  ).toBe("ABORTED");
  await writeAll(other, pattern(4, 0, 100));
  expect(await readPattern(stream.readable, 4)).toBe(100);
  await stream.closed;
  await other.closed;
});

test.each(["client", "server"])("the %s cancels", async (side) => {
  const { client, server, next } = served();
  const stream = client.open({ channel: "cancel" });
  const other = await next();
  const [canceller, cancelled] = side === "client" ? [stream, other] : [other, stream];
  const reading = codeOf(cancelled.readable.getReader().read());
  canceller.cancel(Object.assign(new Error("enough"), { code: "ENOUGH" }));
  expect(await reading).toBe("ENOUGH");
  expect(await codeOf(cancelled.closed)).toBe("ENOUGH");
  expect(await codeOf(cancelled.writable.getWriter().closed)).toBe("ENOUGH");
  await canceller.closed;
  expect([client.size, server.size]).toEqual([0, 0]);
});

test("aborting the writable resets the stream", async () => {
  const { client, next } = served();
  const stream = client.open({ channel: "abort" });
  const other = await next();
  await stream.writable.abort(new Error("no more"));
  expect(await codeOf(readPattern(other.readable, 0))).toBe("ABORTED");
});

test("an unknown channel, a handler that throws, and one that rejects", async () => {
  const { client } = streamPair({
    server: ({ channel }) => {
      if (channel === "late") return Promise.reject(Object.assign(new Error("late"), { code: "NO_HANDLER" }));
      if (channel !== "throws") throw Object.assign(new Error("nobody"), { code: "NO_HANDLER" });
      return () => Promise.reject(new RangeError("bad"));
    },
  });
  for (const channel of ["unknown", "late"]) {
    const stream = client.open({ channel });
    expect(await codeOf(stream.opened)).toBe("NO_HANDLER");
    expect(await codeOf(readPattern(stream.readable, 0))).toBe("NO_HANDLER");
    expect(await codeOf(stream.writable.getWriter().closed)).toBe("NO_HANDLER");
  }
  expect(await codeOf(client.open({ channel: "throws" }).closed)).toBe("HANDLER_FAILED");
  expect(client.size).toBe(0);
});

test("a stream ends with the promise of its handler", async () => {
  const { client, server } = streamPair({
    server: ({ channel }) => async (stream) => {
      const writer = stream.writable.getWriter();
      const writing = writer.write(pattern(6, 0, 2 * MIB));
      if (channel === "awaits") await writing;
      else writing.catch(() => {});
      if (channel === "closes") await writer.close();
    },
  });
  for (const channel of ["awaits", "does not wait", "closes"]) {
    const stream = client.open({ channel });
    expect(await readPattern(stream.readable, 6)).toBe(2 * MIB);
    expect(await codeOf(stream.writable.getWriter().closed)).toBe("ABORTED");
    await stream.closed;
    expect([client.size, server.size]).toEqual([0, 0]);
  }
});

test("a lost connection fails every stream, but not what came whole", async () => {
  const { client, server, next } = served();
  const whole = client.open({ channel: "whole" });
  const other = await next();
  await writeAll(other, pattern(5, 0, 100_000));
  const part = client.open({ channel: "part" });
  await next();
  const reading = codeOf(part.readable.getReader().read());
  const writing = codeOf((async () => {
    const writer = part.writable.getWriter();
    for (;;) await writer.write(pattern(0, 0, 64 * 1024));
  })());
  await new Promise((resolve) => setTimeout(resolve, 0));
  server.close(Object.assign(new Error("gone"), { code: "UNAVAILABLE" }) as never);
  expect([await reading, await writing, await codeOf(part.closed)]).toEqual([
    "UNAVAILABLE",
    "UNAVAILABLE",
    "UNAVAILABLE",
  ]);
  expect(await readPattern(whole.readable, 5)).toBe(100_000);
  expect(await codeOf(client.open({ channel: "after" }).opened)).toBe("UNAVAILABLE");
});

test("a thousand streams at once, each in order, and one that nobody reads blocks none", async () => {
  const { client, server } = streamPair({
    server: ({ channel }) => channel === "deaf" ? () => {} : (stream) => void stream.readable.pipeTo(stream.writable),
  }, { cut: () => 10_000 });
  const deaf = client.open({ channel: "deaf" }).writable.getWriter();
  void deaf.write(pattern(0, 0, 8 * MIB)).catch(() => {});
  const streams = Array.from({ length: 1000 }, () => client.open({ channel: "echo" }));
  const counts = await Promise.all(streams.map(async (stream, index) => {
    const writer = stream.writable.getWriter();
    const writing = (async () => {
      for (let part = 0; part < 8; part++) await writer.write(pattern(index, part * 1500, 1500));
      await writer.close();
    })();
    const count = await readPattern(stream.readable, index);
    await writing;
    return count;
  }));
  expect(new Set(counts)).toEqual(new Set([12_000]));
  expect([client.size, server.size]).toEqual([1, 1]);
});

test("no more than 1,024 streams, those with unread bytes among them", async () => {
  const { client, next } = served();
  const streams = Array.from({ length: 1024 }, () => client.open({ channel: "many" }));
  expect(await codeOf(client.open({ channel: "many" }).opened)).toBe("UNAVAILABLE");
  for (const stream of streams) {
    const other = await next();
    await writeAll(other, pattern(1, 0, 10));
    await other.readable.cancel();
    await codeOf(stream.writable.getWriter().closed);
  }
  expect(client.size).toBe(1024);
  for (const stream of streams) await readPattern(stream.readable, 1);
  expect(client.size).toBe(0);
});

test("streams take bytes alone", async () => {
  const { client } = served();
  expect(await codeOf(client.open({ channel: "a" }).writable.getWriter().write("text" as never))).toBe("TypeError");
  const cyclic: { self?: unknown } = {};
  cyclic.self = cyclic;
  expect(() => client.open({ channel: "a", data: cyclic })).toThrow("not JSON");
  expect(() => client.open({ channel: "a", data: "x".repeat(300_000) })).toThrow("over");
});

describe("whoever breaks the protocol loses the connection", () => {
  const u32 = (value: number) => new Uint8Array(new Uint32Array([value]).buffer);
  const open = new TextEncoder().encode('{"channel":"a"}');
  const cases: Record<string, [number, number, Uint8Array][]> = {
    "more bytes than credit": [
      [FrameKind.open, 1, open],
      ...Array.from(
        { length: 5 },
        () => [FrameKind.chunk, 1, new Uint8Array(256 * 1024)] as [number, number, Uint8Array],
      ),
    ],
    "an id of the wrong parity": [[FrameKind.open, 2, open]],
    "the id 0": [[FrameKind.open, 0, open]],
    "an open stream opened again": [[FrameKind.open, 1, open], [FrameKind.open, 1, open]],
    "bytes after the end": [[FrameKind.open, 1, open], [FrameKind.end, 1, u32(0).subarray(0, 0)], [
      FrameKind.chunk,
      1,
      u32(1),
    ]],
    "two ends": [[FrameKind.open, 1, open], [FrameKind.end, 1, u32(0).subarray(0, 0)], [
      FrameKind.end,
      1,
      u32(0).subarray(0, 0),
    ]],
    "an accept out of turn": [[FrameKind.open, 1, open], [FrameKind.accept, 1, u32(0).subarray(0, 0)]],
    "no credit": [[FrameKind.open, 1, open], [FrameKind.credit, 1, u32(0)]],
    "too much credit": [[FrameKind.open, 1, open], [FrameKind.credit, 1, u32(0xffffffff)]],
    "an opening that is no JSON": [[FrameKind.open, 1, new TextEncoder().encode("{nope")]],
    "an opening without a channel": [[FrameKind.open, 1, new TextEncoder().encode("{}")]],
    "a reset that is no JSON": [[FrameKind.open, 1, open], [FrameKind.reset, 1, new TextEncoder().encode("nope")]],
  };
  for (const [name, frames] of Object.entries(cases)) {
    test(name, async () => {
      const { server, breaks, client } = streamPair({ server: () => () => {} });
      const own = server.open({ channel: "victim" });
      for (const [kind, id, payload] of frames) server.receive(kind, id, payload);
      expect(breaks).toHaveLength(1);
      expect(server.failure?.code).toBe("UNAVAILABLE");
      expect(await codeOf(own.closed)).toBe("UNAVAILABLE");
      // The other side sees its connection end.
      expect(await codeOf(client.open({ channel: "later" }).closed)).toBe("UNAVAILABLE");
    });
  }
});
