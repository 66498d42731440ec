import { afterAll, beforeAll, expect, test } from "bun:test";
import { codeOf, pattern, readPattern } from "../../testing/stream-pair.ts";
import type { ByteStream } from "../../lib/streams/index.ts";
import { Streams } from "../../sdk/bridge/streams.ts";
import { App, TOKEN } from "../testing/app.ts";
import { StreamHost } from "../testing/stream-host.ts";

const MIB = 1024 * 1024;

/** Streams of every kind, each on a channel of its own. */
const SERVICE = `
  export default {
    name: "pipes",
    start(ctx) {
      globalThis.opened = [];
      ctx.onStream("echo", (stream) => stream.readable.pipeTo(stream.writable));
      ctx.onStream("who", async (stream, info) => {
        const writer = stream.writable.getWriter();
        await writer.write(new TextEncoder().encode(JSON.stringify({ info, data: stream.data, v: VERSION })));
        await writer.close();
      });
      ctx.onStream("source", async (stream) => {
        const writer = stream.writable.getWriter();
        const chunk = new Uint8Array(65536).fill(7);
        for (let left = stream.data; left > 0; left -= chunk.length) await writer.write(chunk.subarray(0, Math.min(left, chunk.length)));
        await writer.close();
      });
      ctx.onStream("sink", async (stream) => {
        let count = 0;
        for await (const chunk of stream.readable) count += chunk.length;
        const writer = stream.writable.getWriter();
        await writer.write(new TextEncoder().encode(String(count)));
        await writer.close();
      });
      ctx.onStream("throws", () => { throw new RangeError("not this one"); });
      ctx.onStream("holds", (stream) => { globalThis.opened.push(stream); });
      ctx.registerInvokeHandler("memory", () => { Bun.gc(true); return process.memoryUsage().rss; });
      ctx.registerInvokeHandler("toHost", async ({ channel, bytes }) => {
        const stream = ctx.openStream(channel, { hello: 1 });
        const writer = stream.writable.getWriter();
        const chunk = new Uint8Array(65536).fill(9);
        const writing = (async () => {
          for (let left = bytes; left > 0; left -= chunk.length) await writer.write(chunk.subarray(0, Math.min(left, chunk.length)));
          await writer.close();
        })();
        writing.catch(() => {});
        let count = 0;
        for await (const part of stream.readable) count += part.length;
        await writing;
        return count;
      });
    },
  };
`;

const versioned = (version: number) => ({ "services/pipes.ts": SERVICE.replace("VERSION", String(version)) });

let host: StreamHost;
let app: App;

beforeAll(async () => {
  host = new StreamHost(({ channel, data, service }) => {
    if (channel === "count") return async (stream) => void await stream.readable.pipeTo(stream.writable);
    if (channel === "drop") return (stream) => stream.cancel();
    if (channel === "hang") return () => {};
    throw Object.assign(new Error(`no ${channel} for ${service} with ${JSON.stringify(data)}`), { code: "NO_HANDLER" });
  });
  app = await App.start(versioned(1), { KEYSTONE_STREAM_SOCKET: host.path });
});

afterAll(async () => {
  await app.dispose();
  host.close();
});

async function toText(stream: ByteStream): Promise<string> {
  const text = await new Response(stream.readable).text();
  await stream.closed;
  return text;
}

async function fromHost(channel: string, data?: unknown): Promise<ByteStream> {
  return (await host.client()).connection.open({ channel, data });
}

function page(windowId = "w1"): Streams {
  return new Streams(`ws://127.0.0.1:${app.port}/streams?token=${TOKEN}&window=${windowId}`, "no server");
}

async function send(stream: ByteStream, seed: number, size: number, step = 65_536): Promise<void> {
  const writer = stream.writable.getWriter();
  for (let at = 0; at < size; at += step) await writer.write(pattern(seed, at, Math.min(step, size - at)));
  await writer.close();
}

for (
  const [name, open] of [["host", fromHost], [
    "page",
    (channel, data) => Promise.resolve(page().open(channel, data)),
  ]] as [
    string,
    (channel: string, data?: unknown) => Promise<ByteStream>,
  ][]
) {
  test(`${name} → service → ${name}, in order`, async () => {
    const stream = await open("echo");
    const [, count] = await Promise.all([send(stream, 5, 16 * MIB), readPattern(stream.readable, 5)]);
    expect(count).toBe(16 * MIB);
    await stream.closed;
  });

  test(`the service knows what the ${name} opened`, async () => {
    const told = JSON.parse(await toText(await open("who", { a: [1] })));
    const info = name === "host" ? { source: "host" } : { source: "window:w1", windowId: "w1" };
    expect(told).toEqual({ info, data: { a: [1] }, v: 1 });
  });

  test(`a ${name}'s unknown channel, and a handler that throws`, async () => {
    const unknown = await open("ecko");
    expect(await codeOf(unknown.opened)).toBe("NO_HANDLER");
    await unknown.opened.catch((error) => expect(error.message).toContain('Did you mean "echo"'));
    expect(await codeOf((await open("throws")).closed)).toBe("HANDLER_FAILED");
  });

  test(`256 MiB to a ${name} that reads slowly leave the service's memory as it was`, async () => {
    const before = await app.ask({ type: "invoke", channel: "memory" }) as number;
    const stream = await open("source", 256 * MIB);
    let count = 0;
    for await (const chunk of stream.readable) {
      count += chunk.length;
      if (count % (8 * MIB) < chunk.length) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(count).toBe(256 * MIB);
    const after = await app.ask({ type: "invoke", channel: "memory" }) as number;
    expect(after - before).toBeLessThan(64 * MIB);
  }, 60_000);

  test(`300 streams of the ${name} at once, none blocked by one that nobody reads`, async () => {
    const deaf = await open("holds");
    void deaf.writable.getWriter().write(new Uint8Array(4 * MIB)).catch(() => {});
    const streams = await Promise.all(Array.from({ length: 300 }, () => open("echo")));
    await Promise.all(streams.map(async (stream, index) => {
      const [, count] = await Promise.all([send(stream, index, 40_000, 7000), readPattern(stream.readable, index)]);
      expect(count).toBe(40_000);
    }));
    deaf.cancel();
  }, 20_000);
}

test("service → host → service", async () => {
  expect(await app.ask({ type: "invoke", channel: "toHost", args: { channel: "count", bytes: 8 * MIB + 3 } })).toBe(
    8 * MIB + 3,
  );
  for (const [channel, code] of [["drop", "ABORTED"], ["nobody", "NO_HANDLER"]]) {
    expect(await codeOf(app.ask({ type: "invoke", channel: "toHost", args: { channel, bytes: 10 } }))).toBe(code);
  }
});

test("a service that is saved ends its streams, and the new version has its handlers", async () => {
  const held = [await fromHost("holds"), page().open("holds")];
  await Promise.all(held.map((stream) => stream.opened));
  const hanging = codeOf(app.ask({ type: "invoke", channel: "toHost", args: { channel: "hang", bytes: 10 } }));
  for (let version = 2; version < 8; version++) {
    app.writeAtomically("services/pipes.ts", versioned(version)["services/pipes.ts"]);
    // A stream that comes while the service is stopped waits for its new version.
    for (;;) {
      const told = JSON.parse(await toText(await fromHost("who")));
      if (told.v === version) break;
    }
  }
  expect(await Promise.all(held.map((stream) => codeOf(stream.closed)))).toEqual(["UNAVAILABLE", "UNAVAILABLE"]);
  expect(await hanging).toBe("UNAVAILABLE");
  const { connection } = await host.client();
  expect(connection.size).toBe(0);
}, 20_000);

test("a page that goes away, and one without the token", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${app.port}/streams?token=${TOKEN}&window=gone`);
  await new Promise((resolve) => socket.onopen = resolve);
  socket.close();
  const refused = new Streams(`ws://127.0.0.1:${app.port}/streams?token=${"0".repeat(64)}`, "");
  expect(await codeOf(refused.open("echo").opened)).toBe("UNAVAILABLE");
  const foreign = await app.raw("/streams", [
    `Cookie: keystone_session=${TOKEN}`,
    "Origin: http://evil.example",
    "Upgrade: websocket",
  ]);
  expect(foreign.status).toBe(403);
  expect((await app.raw("/streams", ["Upgrade: websocket"])).status).toBe(401);
});

test("a page that breaks the protocol loses its socket, and others keep theirs", async () => {
  const other = page().open("echo");
  await other.opened;
  const noise: (string | Uint8Array<ArrayBuffer>)[] = [
    "{}",
    new Uint8Array(3),
    new Uint8Array([9, 1, 0, 0, 0]),
    new Uint8Array(300_000),
  ];
  for (const message of noise) {
    const socket = new WebSocket(`ws://127.0.0.1:${app.port}/streams?token=${TOKEN}`);
    await new Promise((resolve) => socket.onopen = resolve);
    const closed = new Promise<number>((resolve) => socket.onclose = (event) => resolve(event.code));
    socket.send(message);
    expect(await closed).toBe(1002);
    await app.log(/broke the protocol of the streams/);
  }
  const [, count] = await Promise.all([send(other, 1, 1000), readPattern(other.readable, 1)]);
  expect(count).toBe(1000);
});

test("a lost connection fails the streams, and the process connects again", async () => {
  const held = await fromHost("holds");
  await held.opened;
  const hanging = codeOf(app.ask({ type: "invoke", channel: "toHost", args: { channel: "hang", bytes: 10 } }));
  await app.query("paths");
  host.disconnect();
  expect(await codeOf(held.closed)).toBe("UNAVAILABLE");
  expect(await hanging).toBe("UNAVAILABLE");
  expect(JSON.parse(await toText(await fromHost("who"))).info.source).toBe("host");
});

test("without a host's socket, streams to the host fail at once", async () => {
  const alone = await App.start(versioned(1));
  expect(await codeOf(alone.ask({ type: "invoke", channel: "toHost", args: { channel: "count", bytes: 10 } }))).toBe(
    "UNAVAILABLE",
  );
  await alone.dispose();
});

test("a worker's services have streams, an extension host's on its channels alone", async () => {
  const opened: unknown[] = [];
  const ours = new StreamHost(({ channel, service }) => {
    opened.push([channel, service]);
    return (stream) => stream.readable.pipeTo(stream.writable);
  });
  const owner = App.create({
    "extensions/ext.ts": `export function start(ctx) {
      ctx.onStream("ext:echo", (stream) => stream.readable.pipeTo(stream.writable));
      ctx.registerInvokeHandler("ask", async (channel) => {
        const stream = ctx.openStream(channel);
        await new Blob(["hello"]).stream().pipeTo(stream.writable);
        return await new Response(stream.readable).text();
      });
    }`,
  });
  const worker = owner.startWorker("ext", {
    KEYSTONE_EXTENSION_HOST: "true",
    KEYSTONE_ALLOWED_CHANNELS: "ext:",
    KEYSTONE_SERVICES_DIR: "extensions",
    KEYSTONE_STREAM_SOCKET: ours.path,
  });
  await worker.ready();
  const ask = (channel: string) => worker.ask({ type: "invoke", channel: "ask", args: channel });
  expect(await ask("ext:out")).toBe("hello");
  expect(await codeOf(ask("secret"))).toBe("FORBIDDEN");
  expect(opened).toEqual([["ext:out", "ext"]]);
  const { connection } = await ours.client();
  const stream = connection.open({ channel: "ext:echo" });
  const [, count] = await Promise.all([send(stream, 3, 100_000), readPattern(stream.readable, 3)]);
  expect(count).toBe(100_000);
  await owner.dispose();
  ours.close();
});

test("streams end when the process is killed", async () => {
  const held = await fromHost("holds");
  const stream = page().open("holds");
  await Promise.all([held.opened, stream.opened]);
  app.kill("SIGKILL");
  expect(await codeOf(held.closed)).toBe("UNAVAILABLE");
  expect(await codeOf(stream.closed)).toBe("UNAVAILABLE");
});
