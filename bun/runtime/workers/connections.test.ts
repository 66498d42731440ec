import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";
import type { BunProcess } from "../testing/bun-process.ts";

const TOKEN = "fedcba9876543210".repeat(4);
const SERVES = { KEYSTONE_BROWSER_ACCESS: "true", KEYSTONE_WORKER_TOKEN: TOKEN };

let app: App;
afterEach(() => app.dispose());

/** Holds a connection to "dp" and does with it what it is told. */
const CLIENT = `let ctx, dp; const heard = []; const ends = {};
  export const start = (c) => { ctx = c; };
  export async function query({ way, args = [] }) {
    if (way === "connect") { dp = ctx.workers.connect(args[0] ?? "dp"); return; }
    if (way === "ports") return ctx.workers.ports();
    if (way === "heard") return heard;
    if (way === "many") return Array.from({ length: args[0] }, () => ctx.workers.connect("dp")).forEach((one) => one.close());
    if (way === "hoard") for (;;) ctx.workers.connect("dp");
    if (way === "subscribe") {
      ends[args[0]] = dp.subscribe(args[0], (data) => { heard.push(data); ctx.push("heard", data); if (data === "throw") throw new Error("subscriber"); }, args[1]);
      return await dp.query("worker", "settle");
    }
    if (way === "unsubscribe") return ends[args[0]]();
    if (way === "aborted") return await dp.query("worker", "hang", { signal: AbortSignal.timeout(args[0]) });
    if (way === "flood") { for (let i = 0; i < args[0]; i++) dp.send("task", "x".repeat(args[1])); return; }
    return await dp[way](...args);
  }`;

const WORKER = `let ctx; let aborted = 0; const got = [];
  export const start = (c) => { ctx = c;
    ctx.onWebMessage("task", (data, sender) => { got.push(data); sender.push("reply", data); });
    ctx.registerInvokeHandler("worker:up", (text) => text.toUpperCase()); };
  export async function query(args, { signal, source }) {
    if (args === "settle") return;
    if (args === "source") return source;
    if (args === "aborted") return aborted;
    if (args === "got") return got;
    if (args === "hang") return await new Promise(() => signal.addEventListener("abort", () => aborted++));
    if (args === "throw") throw Object.assign(new Error("boom"), { code: "MINE" });
    if (args?.push) return ctx.push(...args.push);
    return { args, pid: process.pid };
  }`;

/** Connects when it starts. */
const EARLY = `let dp; export const start = (ctx) => { dp = ctx.workers.connect("dp"); };
  export const query = () => dp.query("worker", "early");`;

const FILES = { "services/client.ts": CLIENT, "workers/peer/client.ts": CLIENT, "workers/dp/worker.ts": WORKER };

const code = (error: { code: string; message: string }) => [error.code, error.message];
const does = (process: BunProcess, way: string, ...args: unknown[]) => process.query("client", { way, args });

function announce(process: BunProcess, ports: Record<string, number>, declared?: string[]): void {
  const tokens = Object.fromEntries(Object.keys(ports).map((name) => [name, TOKEN]));
  process.send({ type: "worker_ports", data: ports, tokens, declared });
}

async function serving(name = "dp", env: Record<string, string> = SERVES) {
  const worker = app.startWorker(name, env);
  const { port } = await worker.ready();
  return { worker, port };
}

/** Main Bun with a connection to the worker "dp". */
async function connected() {
  app = await App.start(FILES);
  const { worker, port } = await serving();
  announce(app, { dp: port });
  await does(app, "connect");
  return { worker, port };
}

describe("a connection to a worker", () => {
  test.each(["main", "worker:peer"])("from %s asks, invokes, subscribes, sends and closes", async (from) => {
    // Where the network is an allow-list, a worker is on it.
    app = await App.start(FILES, { KEYSTONE_NETWORK_MODE: "allowlist" });
    const { worker, port } = await serving();
    const client = from === "main" ? app : app.startWorker("peer");
    announce(client, { dp: port });
    expect(await does(client, "ports")).toEqual({ dp: port });
    await does(client, "connect");
    expect(await does(client, "query", "worker", { a: [1] })).toEqual({ args: { a: [1] }, pid: worker.pid });
    expect(await does(client, "query", "worker", "source")).toBe(from);
    expect(await does(client, "query", "worker", "throw").catch(code)).toEqual(["MINE", "boom"]);
    expect(await does(client, "query", "workr").catch(code)).toEqual([
      "NO_HANDLER",
      expect.stringContaining(`"worker"`),
    ]);
    expect(await does(client, "invoke", "worker:up", "text")).toBe("TEXT");

    await does(client, "subscribe", "ticks");
    await does(client, "query", "worker", { push: ["ticks", 1] });
    expect(await client.next("service_push")).toMatchObject({ channel: "heard", data: 1 });
    expect(await worker.next("service_push")).toMatchObject({ channel: "ticks", data: 1 });
    await does(client, "unsubscribe", "ticks");
    await does(client, "query", "worker", { push: ["ticks", 2] });
    await does(client, "query", "worker", "settle");
    expect(await does(client, "heard")).toEqual([1]);

    await does(client, "subscribe", "reply");
    await does(client, "send", "task", { job: "cleanup" });
    expect(await client.next("service_push")).toMatchObject({ data: { job: "cleanup" } });
    expect(await does(client, "query", "worker", "got")).toEqual([{ job: "cleanup" }]);

    await does(client, "close");
    expect(await does(client, "query", "worker").catch(code))
      .toEqual(["UNAVAILABLE", `query("worker"): the connection to worker "dp" was closed`]);
    expect(await does(client, "send", "task", 1).catch(code)).toEqual([
      "UNAVAILABLE",
      expect.stringContaining("closed"),
    ]);
  });

  test("replays the last value, unless asked not to; a subscriber that throws is told in the log", async () => {
    await connected();
    await does(app, "query", "worker", { push: ["state", "last"] });
    await does(app, "query", "worker", { push: ["event", "gone", { retain: false }] });
    await does(app, "subscribe", "state");
    await does(app, "subscribe", "event");
    expect(await does(app, "heard")).toEqual(["last"]);
    await does(app, "unsubscribe", "state");
    await does(app, "subscribe", "state", { replay: false });
    expect(await does(app, "heard")).toEqual(["last"]);
    await does(app, "query", "worker", { push: ["state", "throw"] });
    expect(await app.log(/listener of "state" failed: Error: subscriber/)).toMatchObject({ source: "service:client" });
  });

  test("tells the worker when the asker gives up, and keeps a question's time-out", async () => {
    await connected();
    expect(await does(app, "aborted", 10).catch(code)).toEqual(["ABORTED", expect.any(String)]);
    expect(await does(app, "query", "worker", "hang", { timeout: 20 }).catch(code))
      .toEqual(["TIMEOUT", expect.any(String)]);
    expect(await does(app, "query", "worker", "aborted")).toBe(2);
  });

  test("rejects what is open at once when the worker dies, and what is asked until it is back", async () => {
    const { worker } = await connected();
    const open = does(app, "query", "worker", "hang").catch(code);
    await does(app, "query", "worker", "settle");
    worker.kill("SIGKILL");
    expect(await open).toEqual(["UNAVAILABLE", expect.stringContaining(`the connection to worker "dp" was lost`)]);
    announce(app, {});
    expect(await does(app, "query", "worker").catch(code))
      .toEqual(["UNAVAILABLE", `query("worker"): worker "dp" does not run, or has no WebSocket`]);
    expect(await does(app, "send", "task", 1).catch(code)).toEqual(["UNAVAILABLE", expect.any(String)]);
    expect(await does(app, "connect").catch(code)).toEqual(["UNAVAILABLE", expect.stringContaining(`worker "dp"`)]);
  });

  test("keeps its subscriptions over the worker's restart on another port", async () => {
    const { worker, port } = await connected();
    await does(app, "subscribe", "ticks");
    worker.kill("SIGKILL");
    await worker.exited;
    announce(app, {});
    const again = await serving();
    expect(again.port).not.toBe(port);
    announce(app, { dp: again.port });
    expect(await does(app, "query", "worker", 1)).toEqual({ args: 1, pid: again.worker.pid });
    await again.worker.query("worker", { push: ["ticks", "again"] });
    expect(await app.next("service_push")).toMatchObject({ channel: "heard", data: "again" });
  });

  test("is not disturbed by other workers that come and go", async () => {
    const { worker, port } = await connected();
    const open = does(app, "query", "worker", "hang", { timeout: 300 }).catch(code);
    announce(app, { dp: port, other: 9 });
    announce(app, { dp: port });
    expect(await does(app, "query", "worker", 1)).toEqual({ args: 1, pid: worker.pid });
    expect(await open).toEqual(["TIMEOUT", expect.any(String)]);
  });

  test("ends with the start of its service: a reload leaves no socket and no question behind", async () => {
    await connected();
    const open = does(app, "query", "worker", "hang").catch(code);
    await does(app, "query", "worker", "settle");
    app.write("services/client.ts", CLIENT + "\n");
    expect(await open).toEqual(["UNAVAILABLE", expect.stringContaining("was closed")]);
    await app.log(/reloaded/);
    await does(app, "connect");
    expect(await does(app, "query", "worker", "aborted")).toBe(1);
  });

  test("to a worker that starts with the app waits for it; to others it is refused", async () => {
    app = await App.start(FILES);
    announce(app, {});
    expect(await does(app, "connect").catch(code))
      .toEqual(["UNAVAILABLE", expect.stringContaining(`worker "dp" has no WebSocket`)]);
    announce(app, {}, ["dp"]);
    await does(app, "connect");
    const early = does(app, "query", "worker", "early");
    const { worker, port } = await serving();
    announce(app, { dp: port }, ["dp"]);
    expect(await early).toEqual({ args: "early", pid: worker.pid });
    expect(await does(app, "connect", "dpp").catch(code)).toEqual([
      "UNAVAILABLE",
      expect.stringContaining(`Did you mean "dp"?`),
    ]);
  });

  test("made before the host has said which workers there are waits for that", async () => {
    const service = { "services/early.ts": EARLY };
    app = await App.start({ ...FILES, ...service });
    const early = app.query("early");
    const { worker, port } = await serving();
    announce(app, { dp: port });
    expect(await early).toEqual({ args: "early", pid: worker.pid });
    await app.dispose();

    app = await App.start(service);
    const none = app.query("early").catch(code);
    announce(app, {});
    expect(await none).toEqual(["UNAVAILABLE", expect.stringContaining(`"dp" does not run, or has no WebSocket`)]);
  });

  test("is one of 100 at most that a service has open", async () => {
    await connected();
    await does(app, "many", 99);
    await does(app, "many", 99);
    expect(await does(app, "hoard").catch(code)).toEqual(["UNAVAILABLE", expect.stringMatching(/^100 connections/)]);
    expect(await does(app, "query", "worker", 1)).toMatchObject({ args: 1 });
  });

  test("with a token that the worker doesn't know never opens, and its questions end", async () => {
    app = await App.start(FILES);
    const { port } = await serving();
    app.send({ type: "worker_ports", data: { dp: port }, tokens: { dp: "0".repeat(64) } });
    await does(app, "connect");
    expect(await does(app, "query", "worker", 1, { timeout: 200 }).catch(code)).toEqual([
      "TIMEOUT",
      expect.any(String),
    ]);
    app.send({ type: "worker_ports", data: { dp: port } });
    expect(await does(app, "query", "worker", 1, { timeout: 200 }).catch(code)).toEqual([
      "TIMEOUT",
      expect.any(String),
    ]);
  });

  test("refuses a message over 16 MiB before it is sent, and takes one below", async () => {
    await connected();
    expect(await does(app, "flood", 1, 16 * 1024 * 1024).catch(code)).toEqual(["TOO_LARGE", expect.any(String)]);
    await does(app, "flood", 1, 15 * 1024 * 1024);
    expect(await does(app, "query", "worker", "settle")).toBeUndefined();
  });

  test("to a worker that stops reading is cut off with its memory bounded", async () => {
    const { worker } = await connected();
    await does(app, "query", "worker", "settle");
    worker.kill("SIGSTOP");
    const flood = does(app, "flood", 200, 1024 * 1024).catch(code);
    expect(await flood).toEqual(["UNAVAILABLE", expect.stringContaining("too many messages wait")]);
    await app.log(/does not read; the connection to it is given up/);
    worker.kill("SIGCONT");
    expect(await does(app, "query", "worker", 1)).toMatchObject({ args: 1 });
  });
});

test("20 workers start, ask each other and stop cleanly", async () => {
  const names = Array.from({ length: 20 }, (_, index) => `w${index}`);
  app = App.create(Object.fromEntries(names.flatMap((name) => [
    [`workers/${name}/worker.ts`, WORKER],
    [`workers/${name}/client.ts`, CLIENT],
  ])));
  const workers = await Promise.all(names.map((name) => serving(name)));
  const ports = Object.fromEntries(workers.map(({ port }, index) => [names[index], port]));
  expect(new Set(Object.values(ports)).size).toBe(20);
  for (const { worker } of workers) announce(worker, ports);
  await Promise.all(workers.map(async ({ worker }, index) => {
    const next = (index + 1) % 20;
    await does(worker, "connect", names[next]);
    expect(await does(worker, "query", "worker", index)).toEqual({ args: index, pid: workers[next]?.worker.pid });
  }));
  for (const { worker } of workers) worker.send({ type: "shutdown" });
  expect(await Promise.all(workers.map(({ worker }) => worker.exited))).toEqual(names.map(() => 0));
  const complaints = workers.flatMap(({ worker }) =>
    worker.messages.all.filter(({ type }) => type === "log" || type === "stray")
  );
  expect(complaints).toEqual([]);
}, 30_000);
