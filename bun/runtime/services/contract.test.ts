// What a service may export and what it is given, in both styles: one row of the specification after the other.
import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";

let app: App;
afterEach(() => app.dispose());

const DEFINE = `import { defineService } from "@keystone/sdk/service";\n`;
const said = () => app.messages.all.flatMap((message) => (message.type === "log" ? [message.message] : []));
const pushed = (channel: string) =>
  app.messages.next((message) => message.type === "service_push" && message.channel === channel) as Promise<
    { data: unknown }
  >;

describe("a module's functions", () => {
  test("are called at their time, with their arguments", async () => {
    app = await App.start({
      "keystone.config.ts": `export default { health: { intervalMs: 20 }, watch: { debounceMs: 20 } };`,
      "services/my-service.ts": `let ctx; let asked = 0;
        export async function start(given) { await 0; ctx = given; console.log("start", Object.keys(given).sort().join(" ")); }
        export function query(args, info) { return [args, info.source, info.signal.aborted, ctx.name]; }
        export function stop() { console.log("stop"); }
        export function health() { if (++asked === 2) console.log("health"); return { ok: true }; }
        export function onAction(action, info) { console.log("action", action, info.source); }`,
    });
    const members =
      "action call fetch ipc name onHostPush onWebMessage paths push registerInvokeHandler relay signal store workers";
    const given = (await app.log(/^start/)).message.split(" ").slice(1);
    expect(given).toEqual(expect.arrayContaining(members.split(" ")));
    expect(await app.query("my-service", { a: 1 })).toEqual([{ a: 1 }, "host", false, "my-service"]);
    app.send({ type: "action", action: "do:it", source: "menu" });
    await app.log(/^action do:it menu$/);
    await app.log(/^health$/);
    app.write("services/my-service.ts", `export const start = () => console.log("start anew");`);
    await app.log(/^start anew$/);
    const course = said().filter((line) => /^(start|stop)/.test(line)).map((line) => line.slice(0, 10).trim());
    expect(course).toEqual(["start acti", "stop", "start anew"]);
  });

  test("may be exported as one object, and each of them may be missing", async () => {
    app = await App.start({
      "services/object.ts": `export default { name: "named", query: (args) => args };`,
      "services/only-stop.ts": `export const stop = () => {};`,
      "services/script.js": `export const query = () => "js";`,
      "services/part.mts": `export const query = () => "mts";`,
      "services/typed.tsx": `export const query = () => "tsx";`,
      "services/dir/index.js": `export const query = () => "dir";`,
      "services/none/other.ts": `console.log("not loaded");`,
      "services/x.test.ts": `console.log("not loaded");`,
      "services/x.d.ts": `console.log("not loaded");`,
      "services/.hidden.ts": `console.log("not loaded");`,
      "services/notes.md": "",
    });
    const names = ["script", "part", "typed", "dir"];
    expect(await Promise.all(names.map((name) => app.query(name)))).toEqual(["js", "mts", "tsx", "dir"]);
    expect(await app.query("named", 7)).toBe(7);
    expect(said()).toEqual([]);
    const ready = app.messages.all.find(({ type }) => type === "ready") as { services: string[] };
    expect(ready.services).toEqual(["dir", "named", "only-stop", "part", "paths", "script", "typed"]);
  });
});

describe("defineService", () => {
  test("has every method, and hands the service to each callback", async () => {
    app = await App.start({
      "keystone.config.ts": `export default { health: { intervalMs: 20 } };`,
      "services/w.ts": `${DEFINE}
        const shape = (svc) => ["call", "ctx", "fetch", "ipc", "push", "store"].filter((name) => name in svc).join();
        let ticks = 0;
        export default defineService("weather")
          .query(async (args, svc, info) => [args, shape(svc), info.source])
          .handle("w:one", (args, svc, info) => [args, shape(svc), info.source])
          .handle("w:two", async () => { await Bun.sleep(1); return "two"; })
          .every(5, async (svc) => { if (++ticks === 3) console.log("third tick", shape(svc)); })
          .onAction((action, svc, info) => console.log("action", action, info.source, shape(svc)))
          .onAction((action) => console.log("and", action))
          .health((svc) => { svc.store.set("asked", true); return { ok: true, asked: svc.store.keys().length }; })
          .onStop((svc) => console.log("stopping", shape(svc)))
          .onStop(async () => { await Bun.sleep(5); console.log("stopped"); })
          .network({ endpoints: ["api.example.com"] })
          .build(async (svc) => { await Bun.sleep(20); console.log("init", shape(svc), ticks); });`,
    });
    const handle = "call,ctx,fetch,ipc,push,store";
    // The timers begin when \`init\` has ended.
    expect((await app.log(/^init/)).message).toBe(`init ${handle} 0`);
    expect(await app.query("weather", 1)).toEqual([1, handle, "host"]);
    expect(await app.ask({ type: "invoke", channel: "w:one", args: 2 })).toEqual([2, handle, "host"]);
    expect(await app.ask({ type: "invoke", channel: "w:two" })).toBe("two");
    await app.log(/^third tick call,ctx/);
    app.send({ type: "action", action: "x:y", source: "host" });
    await app.log(/^action x:y host call,ctx/);
    await app.log(/^and x:y$/);
    await app.messages.next((message) => message.type === "network" && message.endpoints.includes("api.example.com"));
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    await app.log(/^stopped$/);
    expect(said().slice(-2)).toEqual([`stopping ${handle}`, "stopped"]);
  });

  test("runs .every one at a time, goes on after an error, and ends it with the service", async () => {
    app = await App.start({
      "services/slow.ts": `${DEFINE} let running = 0, most = 0, count = 0;
        export default defineService("slow").query(() => [most, count])
          .every(2, async () => { running++; most = Math.max(most, running); await Bun.sleep(12); running--; if (++count === 4) console.log("four"); })
          .every(2, () => { if (count === 1) throw new Error("in a tick"); }).build();`,
    });
    expect((await app.log(/in a tick/)).level).toBe("error");
    await app.log(/^four$/);
    expect(((await app.query("slow")) as number[])[0]).toBe(1);
  });

  test("refuses what can't be meant, with the service's name", async () => {
    const wrong: [string, string][] = [
      [`defineService("")`, "needs a name"],
      [`defineService()`, "needs a name"],
      [`defineService("s").query()`, `service "s": .query needs a function`],
      [`defineService("s").query(() => 1).query(() => 2)`, "two .query() handlers"],
      [`defineService("s").handle("x", () => 1).handle("x", () => 2)`, `handles "x" twice`],
      [`defineService("s").handle("", () => 1)`, "needs a channel's name"],
      [`defineService("s").every(0, () => 1)`, "from 1 to 2147483647"],
      [`defineService("s").every(NaN, () => 1)`, "from 1 to 2147483647"],
      [`defineService("s").every("1", () => 1)`, "from 1 to 2147483647"],
      [`defineService("s").onStop(5)`, ".onStop needs a function"],
    ];
    const files = wrong.map((
      [source],
      index,
    ) => [`services/s${index}.ts`, `${DEFINE}export default ${source}.build();`]);
    app = await App.start({
      ...Object.fromEntries(files),
      "services/unbuilt.ts": `${DEFINE}export default defineService("u").query(() => 1);`,
      "services/wrong.ts": `export const query = 5;`,
      "services/name.ts": `export const name = 5; export const query = () => 5;`,
    });
    for (const [index, [, told]] of wrong.entries()) {
      expect((await app.log(new RegExp(`services/s${index}\\.ts was not loaded`))).message).toContain(told);
    }
    expect((await app.log(/unbuilt\.ts/)).message).toContain("end the chain with .build()");
    expect((await app.log(/wrong\.ts/)).message).toContain(`exports "query" as number; it must be a function`);
    expect((await app.log(/name\.ts/)).message).toContain(`exports "name" as number`);
  });
});

describe("the context", () => {
  test("asks other services, also in a ring, and learns what is missing", async () => {
    app = await App.start({
      "services/a.ts": `let ctx; export const start = async (given) => { ctx = given; };
        export const query = async (n) => n === 0 ? "end" : await ctx.call("b", n - 1);`,
      "services/b.ts": `let ctx; export const start = async (given) => { ctx = given; };
        export const query = async (n, info) => [info.source, n === 0 ? "end" : await ctx.call("a", n - 1)];`,
      "services/c.ts": `let ctx; export const start = async (given) => { ctx = given; };
        export const query = (name) => ctx.call(name).then(() => "answered", ({ code, message }) => [code, message]);`,
    });
    expect(await app.query("a", 3)).toEqual(["service:a", ["service:a", "end"]]);
    expect(await app.query("c", "aa")).toEqual(["NO_HANDLER", `no service is named "aa". Did you mean "a"?`]);
  });

  test("registers handlers, hears the host and pages, acts, and knows the paths", async () => {
    app = await App.start({
      "services/s.ts": `export function start(ctx) {
          ctx.registerInvokeHandler("s:paths", () => ctx.paths.appRoot);
          const ends = [ctx.onHostPush("prices:btc", (data) => { ctx.push("heard", data); }), ctx.onWebMessage("chat:send", (data, ws) => { ws.push("chat:receipt", data); })];
          ctx.registerInvokeHandler("s:deaf", () => { for (const end of ends) end(); });
          ctx.registerInvokeHandler("s:act", () => ctx.action("export:complete"));
          ctx.ipc.web.handle("s:ipc", (args) => args); ctx.ipc.web.on("ipc:send", (data) => ctx.ipc.web.push("ipc:heard", data)); ctx.ipc.host.on("ipc:push", (data) => ctx.push("ipc:host", data));
        }`,
    });
    const invoke = (channel: string, args?: unknown) => app.ask({ type: "invoke", channel, args });
    const page = await app.openPage("4");
    expect(await invoke("s:paths")).toBe(app.root);
    app.send({ type: "push", channel: "prices:btc", data: { usd: 62_000 } });
    expect((await pushed("heard")).data).toEqual({ usd: 62_000 });
    page.send({ type: "send", name: "chat:send", data: "hello" });
    expect(await page.next("push", ({ channel }) => channel === "chat:receipt")).toMatchObject({ data: "hello" });
    await invoke("s:act");
    expect(await app.messages.next(({ type }) => type === "action_from_service"))
      .toEqual({ type: "action_from_service", action: "export:complete", service: "s" });
    expect(await invoke("s:ipc", [1])).toEqual([1]);
    page.send({ type: "send", name: "ipc:send", data: 2 });
    expect(await pushed("ipc:heard")).toMatchObject({ data: 2, retain: false });
    app.send({ type: "push", channel: "ipc:push", data: 3 });
    expect((await pushed("ipc:host")).data).toBe(3);
    await invoke("s:deaf");
    page.send({ type: "send", name: "chat:send", data: "again" });
    expect((await page.next("error")).error.code).toBe("NO_HANDLER");
    page.close();
  });

  test("sends its actions to the host alone", async () => {
    const hears = (name: string) => `export const onAction = (action) => console.log("${name} hears", action);`;
    app = await App.start({
      "services/a.ts":
        `let ctx; export const start = (given) => { ctx = given; }; export const query = (action) => ctx.action(action); ${
          hears("a")
        }`,
      "services/b.ts": hears("b"),
      "host.ts": hears("host.ts"),
    });
    await app.query("a", "export:complete");
    expect(await app.next("action_from_service"))
      .toEqual({ type: "action_from_service", action: "export:complete", service: "a" });
    app.send({ type: "action", action: "from:host", source: "host" });
    for (const name of ["a", "b", "host\\.ts"]) await app.log(new RegExp(`^${name} hears from:host$`));
    expect(said()).toHaveLength(3);
  });

  test("bounds nobody: a listener that throws or rejects is told, and the others hear", async () => {
    app = await App.start({
      "services/a.ts":
        `export const start = (ctx) => { ctx.onHostPush("p", () => { throw new Error("sync"); }); ctx.onHostPush("p", async () => { throw new Error("async"); }); };`,
      "services/b.ts":
        `export const start = (ctx) => { ctx.onHostPush("p", (data) => { ctx.push("b:heard", data); }); };`,
    });
    app.send({ type: "push", channel: "p", data: 1 });
    expect((await pushed("b:heard")).data).toBe(1);
    for (const kind of ["sync", "async"]) {
      expect((await app.log(new RegExp(`"p" failed: Error: ${kind}`))).source).toBe("service:a");
    }
  });

  test("refuses names that are none, and handlers that are no functions", async () => {
    app = await App.start({
      "services/s.ts":
        `export const start = (ctx) => { for (const [what, ...args] of [["registerInvokeHandler", "", () => 1], ["registerInvokeHandler", "x"], ["onWebMessage", 5, () => 1], ["onHostPush", "x", "y"], ["push", ""], ["push", "x".repeat(2000), 1], ["push", "x", 1n]])
          try { ctx[what](...args); console.log("accepted", what); } catch (error) { console.log("refused", what, error.message); } };`,
    });
    await app.log(/refused push push\("x"\)/);
    expect(said().filter((line) => line.startsWith("accepted"))).toEqual([]);
    expect(said()).toHaveLength(7);
  });

  test("says by its signal that it is over, and is silent from then on", async () => {
    app = await App.start({
      "keystone.config.ts": `export default { watch: { debounceMs: 20 } };`,
      "services/s.ts":
        `export function start(ctx) { globalThis.old = ctx; ctx.signal.addEventListener("abort", () => console.log("over:", ctx.signal.reason.message)); }`,
    });
    app.write("services/s.ts", `export function start(ctx) { console.log("new version"); }`);
    await app.log(/^over: service "s" was stopped$/);
    await app.log(/^new version$/);
    const code =
      `old.registerInvokeHandler("late", () => 1), old.onHostPush("p", () => console.log("late")), old.push("p", 1), old.call("paths").then(() => "answered", (error) => error.message)`;
    expect(await app.ask({ type: "eval", code })).toContain("stopped");
    expect((await app.log(/after it was stopped/)).level).toBe("warning");
    expect(await app.ask({ type: "invoke", channel: "late" }).catch(({ code }) => code)).toBe("NO_HANDLER");
  });
});

test('the service "paths" is always there, and no app\'s service takes its name', async () => {
  app = await App.start({
    "services/paths.ts": `export const query = () => "mine";`,
    "services/other.ts": `export const query = () => 1;`,
  });
  const paths = await app.query("paths") as Record<string, string>;
  expect(paths.appRoot).toBe(app.root);
  for (const name of ["appRoot", "userData", "documents", "downloads", "desktop", "temp"]) {
    expect(paths[name]).toStartWith("/");
  }
  expect((await app.log(/two services/)).message).toContain(`"paths": built in and services/paths.ts`);
  expect(await app.query("other")).toBe(1);
});
