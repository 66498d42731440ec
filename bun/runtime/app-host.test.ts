import { afterEach, describe, expect, test } from "bun:test";
import { AppHost, AppHostError } from "./app-host.ts";
import { App } from "./testing/app.ts";
import { ServiceRegistry } from "./services/registry.ts";
import type { Switchboard } from "./services/switchboard.ts";
import type { ResolvedConfig } from "../sdk/config.ts";

let app: App;
afterEach(() => app.dispose());

const logs = () => app.messages.all.flatMap((message) => (message.type === "log" ? [message.message] : []));
/** The log, with `ready` where it was said. */
const course = () =>
  app.messages.all.flatMap((message) =>
    message.type === "ready" ? ["ready"] : message.type === "log" ? [message.message] : []
  );

/** A host file with these hooks. */
const hooks = (body: string) =>
  `import { defineHost } from "@keystone/sdk/host";\nconsole.log("host.ts");\nexport default defineHost({${body}\n});`;

async function fatal(files: Record<string, string>): Promise<string> {
  app = App.create(files);
  app.launch();
  const message = await app.messages.next(({ type }) => type === "fatal") as { message: string };
  expect(await app.exited).toBe(1);
  expect(app.messages.all.some(({ type }) => type === "ready")).toBe(false);
  return message.message;
}

describe("the hooks", () => {
  const recorded = {
    "keystone.config.ts": `console.log("config"); export default {};`,
    "host.ts": hooks(`
      async onBeforeStart(ctx) { await Bun.sleep(20); console.log("onBeforeStart"); await ctx.registerService("db", { start: () => console.log("db starts"), query: (args) => ["db", args], stop: () => console.log("db stops") }); },
      async onReady(ctx) { console.log("onReady", [...ctx.services.keys()].join()); ctx.push("app:status", { ready: true }); },
      onAction(action, ctx, info) { console.log("onAction", action, info.source); },
      async onShutdown() { console.log("onShutdown"); await Bun.sleep(50); console.log("onShutdown ends"); },`),
    "services/a.ts": `console.log("a loads"); let first;
      export async function start(ctx) { await Bun.sleep(30); first = await ctx.call("db", 1); console.log("a starts", first.join()); }
      export const query = () => first; export const stop = () => console.log("a stops");`,
  };
  const begin = [
    "config",
    "host.ts",
    "onBeforeStart",
    "db starts",
    "a loads",
    "a starts db,1",
    "ready",
    "onReady paths,db,a",
  ];
  const end = ["onShutdown", "onShutdown ends", "db stops", "a stops"];

  const ends: [string, () => void][] = [
    ["the host's shutdown", () => app.send({ type: "shutdown" })],
    ["SIGTERM", () => app.kill("SIGTERM")],
    ["SIGINT", () => app.kill("SIGINT")],
    ["the end of its input", () => app.endInput()],
  ];
  for (const [what, finish] of ends) {
    test(`run in their order, up to ${what}`, async () => {
      app = await App.start(recorded);
      expect((await app.fetch("/web/none.css")).status).toBe(404);
      await app.log(/^onReady paths,db,a$/);
      await app.messages.next((message) => message.type === "service_push" && message.channel === "app:status");
      app.send({ type: "action", action: "app:refresh", source: "menu" });
      await app.log(/^onAction app:refresh menu$/);
      finish();
      expect(await app.exited).toBe(0);
      await app.log(/^a stops$/);
      expect(course()).toEqual([...begin, "onAction app:refresh menu", ...end]);
    });
  }

  test("get the whole context", async () => {
    app = await App.start({
      "keystone.config.ts": `export default { watch: { debounceMs: 77 } };`,
      "host.ts": hooks(`
        onBeforeStart(ctx) {
          ctx.registerInvokeHandler("app:getConfig", async (args, info) => [ctx.config.watch.debounceMs, args, info.source]);
          ctx.onWebMessage("app:hello", (data, sender) => { ctx.push("app:heard", [data, sender.windowId]); });
        },
        onReady(ctx) { ctx.push("app:state", 5, { retain: true }); ctx.push("app:event", 6, { retain: false }); },`),
    });
    expect(await app.ask({ type: "invoke", channel: "app:getConfig", args: [1] })).toEqual([77, [1], "host"]);
    await app.messages.next((message) => message.type === "service_push" && message.channel === "app:event");
    const page = await app.openPage("3");
    for (const channel of ["app:event", "app:state", "app:heard"]) await page.subscribe(channel);
    page.send({ type: "send", name: "app:hello", data: "hi" });
    expect(await page.next("push", ({ channel }) => channel === "app:heard")).toMatchObject({ data: ["hi", "3"] });
    const heard = page.messages.all.flatMap((message) => message.type === "push" ? [message.channel] : []);
    expect(heard).toEqual(["app:state", "app:heard"]);
  });

  test("of a module without a default export are found, and a mistyped one is named", async () => {
    app = await App.start({
      "host.ts": `export const onReady = () => console.log("ready by name"); export const onReadi = () => {};`,
    });
    await app.log(/ready by name/);
    expect((await app.log(/no hook/)).message).toContain(`there is no hook "onReadi". Did you mean "onReady"?`);
  });
});

describe("an app whose host.ts", () => {
  test("throws in onBeforeStart doesn't start, and says where; what it had registered is stopped", async () => {
    const message = await fatal({
      "host.ts": `export default {
  async onBeforeStart(ctx) {
    await ctx.registerService("db", { query: () => 1, stop: () => console.log("db stops") });
    throw new Error("no database");
  },
  onShutdown() { console.log("never set up, never shut down"); },
};`,
      "services/a.ts": `console.log("loaded"); export const query = () => 1;`,
    });
    expect(message).toMatch(/^onBeforeStart of bun\/host\.ts failed: Error: no database\n.*bun\/host\.ts:4:/);
    expect(logs()).toEqual(["db stops"]);
  });

  test("doesn't load or parse, or exports no hooks, doesn't start, and says why", async () => {
    const cases: [string, RegExp][] = [
      [`\nthrow new Error("broken host");`, /bun\/host\.ts can't be loaded: Error: broken host\n.*bun\/host\.ts:2:/],
      [`export default {{`, /bun\/host\.ts can't be loaded: .*\n.*bun\/host\.ts:1:17/],
      [`import "./missing"; export default {};`, /bun\/host\.ts can't be loaded: .*\.\/missing/],
      [`export default 5;`, /bun\/host\.ts can't be loaded: .*export default defineHost/],
      [`export default { onReady: 5 };`, /bun\/host\.ts can't be loaded: .*onReady must be a function/],
    ];
    for (const [source, told] of cases) {
      expect(await fatal({ "host.ts": source })).toMatch(told);
      await app.dispose();
    }
  });

  test("throws in onReady, onAction or onShutdown goes on, and says so", async () => {
    app = await App.start({
      "host.ts": hooks(`
        onReady() { throw new Error("bad ready"); },
        onAction() { throw new Error("bad action"); },
        onShutdown() { throw new Error("bad shutdown"); },`),
      "services/a.ts": `export const query = () => 1; export const stop = () => console.log("a stops");`,
    });
    expect((await app.log(/onReady of bun\/host\.ts failed: Error: bad ready/)).level).toBe("error");
    app.send({ type: "action", action: "x", source: "host" });
    await app.log(/bad action/);
    expect(await app.query("a")).toBe(1);
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    expect((await app.log(/onShutdown of bun\/host\.ts failed: Error: bad shutdown/)).level).toBe("error");
    await app.log(/^a stops$/);
  });

  test("hangs in onReady or onShutdown holds nothing up for long", async () => {
    app = await App.start({
      "host.ts": hooks(`onReady: () => new Promise(() => {}), onShutdown: () => new Promise(() => {}),`),
      "services/a.ts": `export const query = () => 1; export const stop = () => console.log("a stops");`,
    });
    expect(await app.query("a")).toBe(1);
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    await app.log(/onShutdown of bun\/host\.ts took over 2000 ms/);
    await app.log(/^a stops$/);
  });

  test("hangs in onBeforeStart can be ended all the same", async () => {
    app = App.create({ "host.ts": hooks(`onBeforeStart() { console.log("hangs"); return new Promise(() => {}); },`) });
    app.launch();
    await app.log(/^hangs$/);
    app.endInput();
    expect(await app.exited).toBe(0);
  });

  test("never ends loading fails after a while, and is named", async () => {
    app = App.create({ "host.ts": `await new Promise(() => {}); export const onReady = () => {};` });
    const limits = { load: 20, onBeforeStart: 20, onReady: 20, onShutdown: 20 };
    const board = {} as Switchboard;
    const loading = AppHost.load(app.path("host.ts"), new ServiceRegistry(board), board, {} as ResolvedConfig, limits);
    await expect(loading).rejects.toThrow(
      /host\.ts can't be loaded: Error: a top-level await in it has not ended after 20/,
    );
  });

  test("hangs in onBeforeStart fails after a while, and names the hook", async () => {
    app = App.create({ "host.ts": `export const onBeforeStart = () => new Promise(() => {});` });
    const limits = { load: 1000, onBeforeStart: 20, onReady: 20, onShutdown: 20 };
    const board = {} as Switchboard;
    const host = await AppHost.load(
      app.path("host.ts"),
      new ServiceRegistry(board),
      board,
      {} as ResolvedConfig,
      limits,
    );
    const failure = await host.beforeStart().catch((error) => error);
    expect(failure).toBeInstanceOf(AppHostError);
    expect(failure.message).toContain("onBeforeStart of bun/host.ts has not ended after 20 ms");
  });
});

describe("a service that host.ts registers", () => {
  test("under a name that is taken, or that doesn't start, is refused", async () => {
    app = await App.start({
      "host.ts": hooks(`async onBeforeStart(ctx) {
        const told = async (name, module) => console.log(name, await ctx.registerService(name, module).then(() => "fine", (error) => error.message));
        await told("db", { query: () => "first" });
        await told("db", { query: () => "second" });
        await told("paths", { query: () => "mine" });
        await told("", { query: () => 1 });
        await told("none", {});
        await told("bad", { start() { throw new Error("won't start"); }, query: () => 1 });
        await told("bad", { query: () => "second try" });
      },`),
      "services/db.ts": `export const query = () => "file";`,
    });
    const told = (pattern: RegExp) => app.log(pattern).then(({ message }) => message);
    expect(await told(/^db two/)).toBe(`db two services are named "db": bun/host.ts and bun/host.ts. Rename one.`);
    expect(await told(/^paths two/)).toBe(
      `paths two services are named "paths": built in and bun/host.ts. Rename one.`,
    );
    expect(await told(/needs a name/)).toContain("registerService needs a name");
    expect(await told(/^none/)).toContain("exports no service");
    expect(await told(/^bad won't/)).toBe("bad won't start");
    expect(await told(/services\/db/)).toContain(`two services are named "db": bun/host.ts and services/db.ts`);
    expect([await app.query("db"), await app.query("bad")]).toEqual(["first", "second try"]);
    expect(await app.query("paths")).toMatchObject({ appRoot: app.root });
  });
});
