import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";
import type { BunProcess } from "../testing/bun-process.ts";

let app: App;
afterEach(() => app.dispose());

/** Does what it is told, and tells what it hears. */
const SPEAKER = `let ctx; const heard = [];
  export const start = (c) => {
    ctx = c;
    ctx.onWebMessage("task:start", (data, sender) => { heard.push(["message", data]); sender.push("task:done", data); });
    for (const name of ["main", "a", "b"]) ctx.ipc.worker(name).on("task:start", (data) => heard.push([name, data]));
  };
  export const query = async ({ way, args, options }) => {
    const [target, name, data] = args ?? [];
    if (way === "relay") return ctx.relay(target, name, data);
    if (way === "push") return ctx.ipc.worker(target).push(name, data);
      if (way === "heard") return heard;
    if (way === "flood") {
      for (let i = 0; i < 80; i++) ctx.relay("a", "flood", "x".repeat(1024 * 1024));
      return await ctx.ipc.worker("a").call("s");
    }
    if (way === "huge") return ctx.relay("a", "c", "x".repeat(65 * 1024 * 1024));
    const signal = options?.abortAfter === undefined ? undefined : AbortSignal.timeout(options.abortAfter);
    return await ctx.ipc.worker(target).call(name, data, { ...options, signal });
  };`;

async function start(env: Record<string, string> = {}): Promise<{ worker: BunProcess }> {
  app = await App.start({
    "services/speaker.ts": SPEAKER,
    "workers/a/speaker.ts": SPEAKER,
    "workers/a/slow.ts":
      `export let aborted = 0; export const query = (args, { signal, source }) => args === "count" ? aborted
      : new Promise((done) => signal.addEventListener("abort", () => { aborted++; done(source); }));`,
    "workers/a/echo.ts": `import { defineService } from "@keystone/sdk/service";
      export default defineService("echo").query((args, svc, { source }) => ({ args, source })).handle("echo:up", (text) => text.toUpperCase()).build();`,
    "workers/a/broken.ts":
      `export const query = () => { throw Object.assign(new Error("broken"), { code: "MINE" }); };`,
  });
  const worker = app.startWorker("a", env);
  await worker.ready();
  return { worker };
}

const relayed = (process: BunProcess, service: string, args?: unknown, id = 1) => {
  process.send({ type: "relay_query", id, service, args, from: "main" });
  return process.messages.next((message) =>
    (message.type === "result" || message.type === "error") && message.id === id
  );
};

const code = (error: { code: string; message: string }) => [error.code, error.message];

describe("a relay", () => {
  test.each(["relay", "push"])("goes to the host, by %s, from main Bun and from a worker", async (way) => {
    const { worker } = await start();
    for (const [process, target] of [[app, "a"], [worker, "main"], [worker, "b"]] as const) {
      await process.query("speaker", { way, args: [target, "task:start", { job: "backfill" }] });
      expect(await process.next("relay"))
        .toEqual({ type: "relay", target, channel: "task:start", data: { job: "backfill" } });
    }
    await worker.query("speaker", { way, args: ["b", "signal"] });
    expect(await worker.next("relay")).toEqual({ type: "relay", target: "b", channel: "signal", data: null });
  });

  test("arrives at the listeners of its sender and of its name, who may answer", async () => {
    const { worker } = await start();
    for (const [process, from] of [[app, "a"], [worker, "main"], [worker, "b"]] as const) {
      process.send({ type: "relay_in", channel: "task:start", data: 5, from });
      expect(await process.next("relay")).toEqual({ type: "relay", target: from, channel: "task:done", data: 5 });
      expect(await process.query("speaker", { way: "heard" })).toContainEqual([from, 5]);
      expect(await process.query("speaker", { way: "heard" })).toContainEqual(["message", 5]);
    }
  });

  test("that nobody listens to is told in the log", async () => {
    const { worker } = await start();
    worker.send({ type: "relay_in", channel: "nobody", data: 1, from: "b" });
    await worker.log(/nobody listens to "nobody" of worker "b"/);
    worker.send({ type: "relay_in", channel: "nobody", data: 1, from: "main" });
    await worker.log(/nobody listens to "nobody" of main/);
  });

  test("without a target, a channel or JSON is refused with the reason", async () => {
    await start();
    const refusal = (...args: unknown[]) => app.query("speaker", { way: "relay", args }).catch(code);
    expect(await refusal("", "c")).toEqual(["BAD_REQUEST", `name a worker, or "main"`]);
    expect(await refusal("a", "")).toEqual(["BAD_REQUEST", expect.stringContaining("channel")]);
    expect(await refusal("a", "c".repeat(2000))).toEqual(["BAD_REQUEST", expect.stringContaining("1024")]);
    expect(await app.query("speaker", { way: "huge" }).catch(code))
      .toEqual(["TOO_LARGE", `relay("c"): the message is over 64 MiB; send it in parts`]);
    app.sendLine(`{"type":"relay_in","channel":5,"data":1,"from":"a"}`);
    await app.log(/"relay_in" message of the host was refused.*`channel`/);
  });
});

test("what a host that doesn't keep up is sent is bounded: messages are lost, which is told, and questions refused", async () => {
  await start();
  expect(await app.query("speaker", { way: "flood" }).catch(code))
    .toEqual(["UNAVAILABLE", expect.stringContaining("the host doesn't read")]);
  const { message } = await app.log(/messages were lost/);
  const arrived = app.messages.all.filter((one) => one.type === "relay").length;
  expect(message).toContain(`${80 - arrived} messages were lost`);
  expect(arrived).toBeLessThan(70);
});

describe("a question to another process", () => {
  test("goes to the host and comes back with the answer or the error", async () => {
    const { worker } = await start();
    for (const process of [app, worker]) {
      const answer = process.query("speaker", { way: "call", args: ["dp", "heavy-compute", { data: [1] }] });
      const question = await process.next("relay_query");
      expect(question).toMatchObject({
        target: "dp",
        service: "heavy-compute",
        args: { data: [1] },
        timeoutMs: 10_000,
      });
      process.send({ type: "relay_result", id: question.id, result: { sum: 1 } });
      expect(await answer).toEqual({ sum: 1 });

      const failing = process.query("speaker", { way: "call", args: ["dp", "heavy-compute"] }).catch(code);
      const { id } = await process.next("relay_query");
      process.send({ type: "relay_error", id, error: { name: "Error", message: "it died", code: "UNAVAILABLE" } });
      expect(await failing).toEqual(["UNAVAILABLE", "it died"]);
    }
  });

  test("that nobody answers ends with TIMEOUT, and the host is told; a late answer is dropped", async () => {
    await start();
    const answer = app.query("speaker", { way: "call", args: ["dp", "s"], options: { timeout: 30 } }).catch(code);
    const { id, timeoutMs } = await app.next("relay_query");
    expect(timeoutMs).toBe(30);
    expect(await answer).toEqual(["TIMEOUT", `dp.call("s") got no answer within 0.03 s`]);
    expect(await app.next("relay_cancel")).toEqual({ type: "relay_cancel", id });
    app.send({ type: "relay_result", id, result: "late" });
    expect(await app.query("speaker", { way: "heard" })).toEqual([]);
  });

  test("ends with ABORTED when its signal fires, or the service is reloaded", async () => {
    await start();
    const aborted = app.query("speaker", { way: "call", args: ["dp", "s"], options: { abortAfter: 10 } }).catch(code);
    expect(await aborted).toEqual(["ABORTED", `dp.call("s") was aborted`]);
    await app.next("relay_cancel");

    const open = app.query("speaker", { way: "call", args: ["dp", "s"] }).catch(code);
    const { id } = await app.next("relay_query", (question) => question.id !== 1);
    app.write("services/speaker.ts", SPEAKER + "\n");
    expect(await open).toEqual(["ABORTED", `dp.call("s") was aborted`]);
    expect(await app.next("relay_cancel")).toEqual({ type: "relay_cancel", id });
  });

  test("that is not JSON, too long, or to nobody is refused", async () => {
    await start();
    const refusal = (args: unknown[], options?: unknown) =>
      app.query("speaker", { way: "call", args, options }).catch(code);
    expect(await refusal(["", "s"])).toEqual(["BAD_REQUEST", `name a worker, or "main"`]);
    expect(await refusal(["a", ""])).toEqual(["BAD_REQUEST", expect.stringContaining("text of 1 to")]);
    expect(await refusal(["a", "s"], { timeout: -1 })).toEqual(["BAD_REQUEST", expect.stringContaining("-1 ms")]);
  });

  test("is answered by the service or handler, which is told who asks", async () => {
    const { worker } = await start();
    expect(await relayed(worker, "echo", { a: 1 })).toEqual({
      type: "result",
      id: 1,
      result: { args: { a: 1 }, source: "main" },
    });
    worker.send({ type: "relay_query", id: "x", service: "echo", from: "b" });
    expect(await worker.next("result", ({ id }) => id === "x")).toMatchObject({ result: { source: "worker:b" } });
    expect(await relayed(worker, "echo:up", "up", 2)).toMatchObject({ result: "UP" });
    expect(await relayed(worker, "broken", 1, 3)).toMatchObject({ error: { code: "MINE", message: "broken" } });
    expect(await relayed(worker, "echoo", 1, 4))
      .toMatchObject({ error: { code: "NO_HANDLER", message: expect.stringContaining(`"echo"`) } });
  });

  test("whose asker gives up reaches the handler's signal and is not answered", async () => {
    const { worker } = await start();
    worker.send({ type: "relay_query", id: 9, service: "slow", from: "main" });
    expect(await relayed(worker, "slow", "again", 9)).toMatchObject({ type: "error", error: { code: "BAD_REQUEST" } });
    worker.send({ type: "relay_cancel", id: 9 });
    expect(await relayed(worker, "slow", "count", 10)).toMatchObject({ result: 1 });
    expect(worker.messages.all.filter((message) => message.type === "result" && message.id === 9)).toEqual([]);
    worker.send({ type: "relay_cancel", id: "unknown" });
    expect(await relayed(worker, "slow", "count", 11)).toMatchObject({ result: 1 });
  });

  test("without a service or a sender is answered with what is wrong", async () => {
    const { worker } = await start();
    worker.sendLine(`{"type":"relay_query","id":1,"from":"main"}`);
    expect(await worker.next("error")).toMatchObject({ id: 1, error: { code: "BAD_REQUEST" } });
    worker.sendLine(`{"type":"relay_query","id":2,"service":"echo"}`);
    expect(await worker.next("error")).toMatchObject({ id: 2, error: { code: "BAD_REQUEST" } });
    worker.sendLine(`{"type":"relay_result"}`);
    worker.sendLine(`{"type":"relay_error","id":77}`);
    worker.sendLine(`{"type":"worker_ports"}`);
    worker.sendLine(`{"type":"worker_ports","data":{"x":"nine","y":99999},"tokens":5,"declared":{}}`);
    expect(await worker.query("echo")).toMatchObject({ source: "host" });
  });
});
