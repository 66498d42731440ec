import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { App } from "../testing/app.ts";

const CONFIG = `export default { watch: { debounceMs: 20 } };`;

let app: App;
afterEach(() => app.dispose());

async function started(files: Record<string, string>, env: Record<string, string> = {}) {
  app = App.create(files);
  const worker = app.startWorker("w", env);
  return { worker, ready: await worker.ready() };
}

async function fatal(env: Record<string, string>): Promise<string> {
  app = App.create();
  const worker = app.startWorker("w", env);
  const { message } = await worker.next("fatal");
  expect(await worker.exited).toBe(1);
  return message;
}

describe("a worker", () => {
  test("finds the services of its directory, files and folders, and says ready with its name", async () => {
    const { worker, ready } = await started({
      "services/main-only.ts": "export const query = () => 1;",
      "workers/w/heavy-compute.ts": "export const query = (args) => args.data.length;",
      "workers/w/deep/index.ts": `import { part } from "./part"; export const query = () => part;`,
      "workers/w/deep/part.ts": "export const part = 'part';",
      "workers/w/notes.md": "no service",
    });
    expect(ready).toEqual({
      type: "ready",
      protocol: 1,
      port: 0,
      services: ["deep", "heavy-compute", "paths"],
      components: [],
      pid: worker.pid,
      version: Bun.version,
      worker: "w",
    });
    expect(await worker.query("heavy-compute", { data: [1, 2, 3] })).toBe(3);
    expect(await worker.query("deep")).toBe("part");
    expect(await worker.query("main-only").catch((error) => error.code)).toBe("NO_HANDLER");
    expect(await worker.query("paths")).toMatchObject({ appRoot: app.root });
  });

  test("has the whole service contract: store, calls, handlers, actions, pushes, health", async () => {
    const { worker } = await started({
      "workers/w/all.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("all")
          .query((args, svc, info) => ({ args, source: info.source, kept: svc.store.get("k"), name: svc.ctx.name }))
          .handle("all:keep", async (value, svc) => { svc.store.set("k", value); svc.push("all:kept", value); svc.ipc.web.push("all:event", value); return await svc.call("other", 2); })
          .onAction((action, svc, info) => svc.push("all:action", { action, source: info.source }))
          .health(() => ({ ok: true, depth: 3 }))
          .build((svc) => svc.ctx.onHostPush("from:host", (data) => svc.ctx.action("heard:" + data)));`,
      "workers/w/other.ts": "export const query = (n) => n * 2;",
      "keystone.config.ts": "export default { health: { intervalMs: 20 } };",
    });
    expect(await worker.ask({ type: "invoke", channel: "all:keep", args: { a: 1 } })).toBe(4);
    expect(await worker.next("service_push", ({ channel }) => channel === "all:kept"))
      .toEqual({ type: "service_push", channel: "all:kept", data: { a: 1 } });
    expect(await worker.next("service_push", ({ channel }) => channel === "all:event"))
      .toEqual({ type: "service_push", channel: "all:event", data: { a: 1 }, retain: false });
    expect(await worker.query("all", 7)).toEqual({ args: 7, source: "host", kept: { a: 1 }, name: "all" });
    worker.send({ type: "action", action: "file:refresh", source: "menu" });
    expect((await worker.next("service_push", ({ channel }) => channel === "all:action")).data)
      .toEqual({ action: "file:refresh", source: "menu" });
    worker.send({ type: "push", channel: "from:host", data: "x" });
    expect(await worker.next("action_from_service"))
      .toEqual({ type: "action_from_service", action: "heard:x", service: "all" });
    expect(await worker.ask({ type: "eval", code: "6 * 7" })).toBe(42);
    expect(await worker.ask({ type: "health" })).toMatchObject({ ok: true, services: { all: { ok: true } } });
  });

  test("says what it logs with the service's name, and survives what a service throws", async () => {
    const { worker, ready } = await started({
      "workers/w/bad.ts": `export function start() { throw new Error("at start"); }`,
      "workers/w/syntax.ts": `export const query = ;`,
      "workers/w/good.ts":
        `setTimeout(() => { throw new Error("later"); }, 1); console.log("hello"); process.stdout.write("raw\\n"); export const query = () => 1;`,
    });
    expect(ready.services).toEqual(["good", "paths"]);
    expect((await worker.log(/at start/)).message).toContain("bad.ts:1");
    expect((await worker.log(/syntax/)).message).toContain("syntax.ts:1:22");
    expect(await worker.log(/^hello/)).toMatchObject({ source: "service:good", level: "info" });
    await worker.log(/^raw/);
    await worker.log(/uncaught: .*later/);
    expect(await worker.query("good")).toBe(1);
    expect(worker.messages.all.some(({ type }) => type === "stray")).toBe(false);
  });

  test("reloads a service when one of its files is saved, in the framework's usual ways, and only where it develops", async () => {
    const { worker } = await started({
      "keystone.config.ts": CONFIG,
      "lib/shared.ts": "export const shared = 1;",
      "workers/w/a.ts": `import { shared } from "../../lib/shared.ts"; export const query = () => "a" + shared;`,
      "workers/w/b.ts": `let count = 0; export const query = () => ++count;`,
    });
    expect([await worker.query("a"), await worker.query("b")]).toEqual(["a1", 1]);
    app.write("lib/shared.ts", "export const shared = 2;");
    await worker.log(/reloaded .*"a"/);
    expect([await worker.query("a"), await worker.query("b")]).toEqual(["a2", 2]);
    app.writeAtomically("workers/w/b.ts", "export const query = () => 'new';");
    await worker.log(/reloaded .*"b"/);
    expect(await worker.query("b")).toBe("new");
    app.write("workers/w/later/index.ts", "export const query = () => 'later';");
    await worker.log(/reloaded .*"later"/);
    expect(await worker.query("later")).toBe("later");
  });

  test("sees its directory come after it has started", async () => {
    const { worker, ready } = await started({
      "keystone.config.ts": CONFIG,
      "workers/other/x.ts": "export const query = 1;",
    });
    expect(ready.services).toEqual(["paths"]);
    expect((await worker.log(/has no services/)).level).toBe("error");
    app.write("workers/w/a.ts", "export const query = () => 1;");
    await worker.log(/reloaded .*"a"/);
    expect(await worker.query("a")).toBe(1);
  });

  test("of a packaged app doesn't reload and doesn't evaluate", async () => {
    const { worker } = await started({ "workers/w/a.ts": "export const query = () => 1;" }, {
      KEYSTONE_MODE: "packaged",
    });
    expect(await worker.ask({ type: "eval", code: "1" }).catch((error) => error.code)).toBe("FORBIDDEN");
    expect(await worker.query("a")).toBe(1);
  });
});

describe("a worker's environment", () => {
  test("must have a name and a directory", async () => {
    expect(await fatal({ KEYSTONE_WORKER_NAME: "" })).toContain("KEYSTONE_WORKER_NAME is not set");
    await app.dispose();
    expect(await fatal({ KEYSTONE_SERVICES_DIR: "" })).toContain("KEYSTONE_SERVICES_DIR is not set");
  });

  test.each(["../up", "a/b", ".hidden", "main", "line\nbreak", "x".repeat(129)])(
    "has no worker named %j",
    async (name) => {
      expect(await fatal({ KEYSTONE_WORKER_NAME: name })).toContain("can't be used");
    },
  );

  test("with a WebSocket must have a token", async () => {
    expect(await fatal({ KEYSTONE_BROWSER_ACCESS: "true" })).toContain("KEYSTONE_WORKER_TOKEN must be 64");
  });

  test.each(["KEYSTONE_BROWSER_ACCESS", "KEYSTONE_EXTENSION_HOST", "KEYSTONE_STORE"])(
    "refuses a %s that is neither of its values",
    async (name) => expect(await fatal({ [name]: "maybe" })).toContain(`${name} is "maybe"`),
  );

  test("loses its tokens before app code runs, for child processes too", async () => {
    const token = "ab".repeat(32);
    const { worker } = await started({
      "workers/w/look.ts": `const seen = JSON.stringify(process.env);
        const child = () => new TextDecoder().decode(Bun.spawnSync(["env"]).stdout);
        export const query = () => (seen + child()).includes("${token}");`,
    }, { KEYSTONE_BROWSER_ACCESS: "true", KEYSTONE_WORKER_TOKEN: token, KEYSTONE_SESSION_TOKEN: token });
    expect(await worker.query("look")).toBe(false);
  });
});

describe("a worker's end", () => {
  const SERVICE = `let ctx; export const start = (c) => { ctx = c; };
    export async function stop() { await Bun.sleep(20); ctx.store.set("stopped", true); ctx.push("stopping"); ctx.relay("main", "bye"); }
    export const query = () => ctx.store.get("stopped");`;

  test.each(["shutdown", "end of input", "SIGTERM"])("by %s stops the services first and then exits", async (way) => {
    const { worker } = await started({ "workers/w/s.ts": SERVICE });
    if (way === "shutdown") worker.send({ type: "shutdown" });
    else if (way === "SIGTERM") worker.kill("SIGTERM");
    else worker.endInput();
    expect(await worker.next("service_push")).toMatchObject({ channel: "stopping", data: null });
    expect(await worker.next("relay")).toMatchObject({ target: "main", channel: "bye" });
    expect(await worker.exited).toBe(0);
    const again = app.startWorker("w");
    expect(await again.query("s")).toBe(true);
  });

  test("doesn't wait for a service that never stops", async () => {
    const { worker } = await started({ "workers/w/s.ts": `export const stop = () => new Promise(() => {});` });
    worker.send({ type: "shutdown" });
    await worker.log(/took over 2000 ms/);
    expect(await worker.exited).toBe(0);
  });

  test("comes while services still start", async () => {
    app = App.create({ "workers/w/s.ts": `export const start = () => new Promise(() => {});` });
    const worker = app.startWorker("w");
    worker.endInput();
    expect(await worker.exited).toBe(0);
  });
});

describe("the store", () => {
  const COUNTER = `let ctx; export const start = (c) => { ctx = c; };
    export function query({ from, count }) { for (let i = 0; i < count; i++) ctx.store.set(from + ":" + i, i); return ctx.store.keys().length; }`;

  test("is one for main Bun and workers, by service name, and takes both at once", async () => {
    app = await App.start({
      "services/metrics.ts": COUNTER,
      "workers/a/metrics.ts": COUNTER,
      "workers/b/metrics.ts": COUNTER,
    });
    const [a, b] = [app.startWorker("a"), app.startWorker("b")];
    await Promise.all([a.ready(), b.ready()]);
    const count = 300;
    await Promise.all([
      app.query("metrics", { from: "main", count }),
      a.query("metrics", { from: "a", count }),
      b.query("metrics", { from: "b", count }),
    ]);
    expect(await a.query("metrics", { from: "", count: 0 })).toBe(3 * count);
  });

  test("is a worker's own where its configuration says so", async () => {
    const files = { "services/metrics.ts": COUNTER, "workers/own/metrics.ts": COUNTER };
    app = await App.start(files);
    const own = app.startWorker("own", { KEYSTONE_STORE: "own" });
    await app.query("metrics", { from: "main", count: 5 });
    expect(await own.query("metrics", { from: "own", count: 2 })).toBe(2);
    expect(existsSync(app.path("data/workers/own/services.db"))).toBe(true);
    expect(readdirSync(app.path("data")).sort()).toContain("services.db");
  });
});
