import { afterEach, describe, expect, test } from "bun:test";
import { unlinkSync } from "node:fs";
import { App } from "../testing/app.ts";

const CONFIG = `export default { watch: { debounceMs: 20 } };`;

let app: App;
afterEach(() => app.dispose());

const reloaded = (name: string) => app.log(new RegExp(`reloaded .*"${name}"`));

describe("a service", () => {
  test("answers queries and handles, asks others, pushes and keeps values", async () => {
    app = await App.start({
      "services/notes.ts": `import { defineService } from "@keystone/sdk/service";
        export default defineService("notes")
          .query((args, svc, info) => ({ args, source: info.source, kept: svc.store.get("k"), keys: svc.store.keys() }))
          .handle("notes:add", async ({ text }, svc) => { svc.store.set("k", { text }); svc.push("notes:changed", text); return await svc.call("upper", text); })
          .build();`,
      "services/upper.ts": `export const query = (text) => text.toUpperCase();`,
      "services/deep/index.ts": `import { part } from "./part"; export const query = () => part;`,
      "services/deep/part.ts": `export const part = import.meta.dir;`,
    });
    expect(await app.ask({ type: "invoke", channel: "notes:add", args: { text: "hi" } })).toBe("HI");
    expect(await app.messages.next((message) => message.type === "service_push"))
      .toEqual({ type: "service_push", channel: "notes:changed", data: "hi" });
    expect(await app.query("notes", 5)).toEqual({ args: 5, source: "host", kept: { text: "hi" }, keys: ["k"] });
    expect(await app.query("deep")).toBe(app.path("services/deep"));
    expect(await app.query("paths")).toMatchObject({ appRoot: app.root });
    expect(await app.query("notes:add", { text: "by query" })).toBe("BY QUERY");
  });

  test("that is missing, fails, or answers no JSON has an error that says so", async () => {
    app = await App.start({
      "services/weather.ts": `export function query(kind) {
        if (kind === "throw") throw Object.assign(new Error("boom"), { code: "MY_CODE" });
        if (kind === "cycle") { const a = {}; a.a = a; return a; }
        if (kind === "bigint") return 1n;
        return kind === "function" ? () => 1 : undefined; }`,
      "services/mute.ts": `export function start() {}`,
    });
    const failure = (name: string, args?: unknown) =>
      app.query(name, args).then(() => "none", (error) => [error.code, error.message]);
    expect(await failure("wether")).toEqual(["NO_HANDLER", `no service is named "wether". Did you mean "weather"?`]);
    expect(await failure("mute")).toEqual(["NO_HANDLER", expect.stringContaining("answers no queries")]);
    expect(await failure("weather", "throw")).toEqual(["MY_CODE", "boom"]);
    for (const kind of ["cycle", "bigint", "function"]) {
      expect(await failure("weather", kind)).toEqual(["HANDLER_FAILED", expect.stringContaining("not JSON")]);
    }
    expect(await app.query("weather")).toBeUndefined();
  });

  test("that throws at load or start is told with its place, and the others start; saving it again mends it", async () => {
    app = await App.start({
      "keystone.config.ts": CONFIG,
      "services/bad-load.ts": `export function query() {}\nthrow new Error("at load");`,
      "services/bad-start.ts": `export function start() { throw new Error("at start"); }`,
      "services/bad-syntax.ts": `export const query = ;`,
      "services/empty.ts": `export const x = 1;`,
      "services/good.ts": `export const query = () => "good";`,
    });
    expect((await app.log(/at load/)).message).toMatch(/bad-load\.ts.*\n.*bad-load\.ts:2/);
    expect((await app.log(/at start/)).message).toContain("bad-start.ts:1");
    expect((await app.log(/bad-syntax/)).message).toContain("bad-syntax.ts:1:22");
    expect((await app.log(/empty/)).message).toContain("exports no service");
    expect(await app.query("good")).toBe("good");
    expect(await app.query("bad-load").catch((error) => error.code)).toBe("UNAVAILABLE");
    app.write("services/bad-load.ts", `export const query = () => "mended";`);
    await reloaded("bad-load");
    expect(await app.query("bad-load")).toBe("mended");
  });

  test("of a taken name or channel is refused with both named", async () => {
    app = await App.start({
      "services/a.ts":
        `export const name = "same"; export const query = () => "a"; export const start = (ctx) => ctx.registerInvokeHandler("x", () => 1);`,
      "services/b.ts": `export const name = "same"; export const query = () => "b";`,
      "services/c.ts": `export const start = (ctx) => ctx.registerInvokeHandler("x", () => 2);`,
    });
    expect((await app.log(/two services/)).message).toContain(`"same": services/a.ts and services/b.ts`);
    expect((await app.log(/handled by/)).message).toContain(`"x" is handled by service:same already; service:c can't`);
    expect(await app.query("same")).toBe("a");
  });
});

describe("a reload", () => {
  test("of a directory's file reloads that service, of a shared module those that import it", async () => {
    const service = (file: string) =>
      `import { v } from "${file}"; const made = Math.random(); export const query = () => ({ v, made });`;
    app = await App.start({
      "keystone.config.ts": CONFIG,
      "lib/shared.ts": `export { v } from "./inner";`,
      "lib/inner.ts": `await 0; export const v = 1;`,
      "services/a.ts": service("../lib/shared"),
      "services/b/index.ts": service("./own"),
      "services/b/own.ts": `export const v = "own";`,
      "services/c.ts": service("../lib/shared"),
    });
    const all = async () =>
      (await Promise.all(["a", "b", "c"].map((name) => app.query(name)))) as { v: unknown; made: number }[];
    const before = await all();
    app.write("lib/inner.ts", `await 0; export const v = 2;`);
    await reloaded("c");
    const after = await all();
    expect(after.map(({ v }) => v)).toEqual([2, "own", 2]);
    expect(after[1]).toEqual(before[1]);
    app.write("services/b/own.ts", `export const v = "mine";`);
    await reloaded("b");
    const last = await all();
    expect(last.map(({ v }) => v)).toEqual([2, "mine", 2]);
    expect([last[0], last[2]]).toEqual([after[0], after[2]]);
  });

  test("keeps what other services share with the reloaded one", async () => {
    app = await App.start({
      "keystone.config.ts": CONFIG,
      "lib/counter.ts": `let count = 0; export const next = () => ++count;`,
      "services/a.ts": `import { next } from "../lib/counter"; export const query = () => next();`,
      "services/b.ts": `import { next } from "../lib/counter"; export const query = () => next();`,
    });
    expect([await app.query("a"), await app.query("b")]).toEqual([1, 2]);
    app.write("services/a.ts", `import { next } from "../lib/counter"; export const query = () => next() * 100;`);
    await reloaded("a");
    expect([await app.query("a"), await app.query("b")]).toEqual([300, 4]);
  });

  test("stops the old version first; what it left behind is silent", async () => {
    app = await App.start({
      "keystone.config.ts": CONFIG,
      "services/leaky.ts":
        `export function start(ctx) { setInterval(() => ctx.push("tick", 1), 5); ctx.onHostPush("p", () => console.log("old heard")); }`,
    });
    await app.messages.next((message) => message.type === "service_push");
    app.write(
      "services/leaky.ts",
      `export function start(ctx) { ctx.onHostPush("p", () => console.log("new heard")); } export function query() { return 1; }`,
    );
    expect((await app.log(/after it was stopped/)).message).toContain(`"leaky" pushed to "tick"`);
    // The old timer speaks before the new version listens.
    await reloaded("leaky");
    app.send({ type: "push", channel: "p", data: 1 });
    await app.log(/new heard/);
    expect(app.messages.all.some((message) => message.type === "log" && message.message === "old heard")).toBe(false);
  });

  test("adds new files and forgets deleted ones", async () => {
    app = await App.start({ "keystone.config.ts": CONFIG, "services/old.ts": `export const query = () => "old";` });
    app.write("services/fresh.ts", `export const query = () => "fresh";`);
    await reloaded("fresh");
    expect(await app.query("fresh")).toBe("fresh");
    unlinkSync(app.path("services/old.ts"));
    await app.log(/old\.ts is gone/);
    expect(await app.query("old").catch((error) => error.code)).toBe("NO_HANDLER");
  });

  test("lets questions wait that come in the middle of it", async () => {
    const version = (text: string) =>
      `export const start = () => new Promise((done) => setTimeout(done, 60)); export const query = () => "${text}"; export const stop = start;`;
    app = await App.start({ "keystone.config.ts": CONFIG, "services/slow.ts": version("one") });
    app.write("services/slow.ts", version("two"));
    const answers = new Set<unknown>();
    while (!answers.has("two")) answers.add(await app.query("slow"));
    expect([...answers]).toEqual(["one", "two"]);
  });
});
