import { afterEach, describe, expect, test } from "bun:test";
import { App } from "./testing/app.ts";

let app: App;
afterEach(() => app.dispose());

async function fatal(files: Record<string, string>, env: Record<string, string> = {}): Promise<string> {
  app = App.create(files);
  app.launch(env);
  const message = await app.messages.next(({ type }) => type === "fatal") as { message: string };
  expect(await app.exited).toBe(1);
  expect(app.messages.all.some(({ type }) => type === "ready")).toBe(false);
  return message.message;
}

describe("the start", () => {
  test("says ready once, with everything in it", async () => {
    app = App.create({
      "web/app.ts": "export const mount = () => {};",
      "web/b.jsx": "export const mount = () => {};",
      "web/b.test.ts": "",
      "services/one.ts": "export const query = () => 1;",
    });
    const ready = await app.launchUntilReady();
    expect(ready).toMatchObject({
      protocol: 1,
      services: ["one", "paths"],
      components: [{ name: "app", url: "/web/app.js" }, { name: "b", url: "/web/b.js" }],
      pid: app.pid,
      version: Bun.version,
    });
    expect(ready.port).toBeGreaterThan(0);
    await app.query("one");
    expect(app.messages.all.filter(({ type }) => type === "ready")).toHaveLength(1);
  });

  test("takes the token out of the environment before app code runs", async () => {
    const look =
      `[process.env.KEYSTONE_SESSION_TOKEN, Bun.env.KEYSTONE_SESSION_TOKEN].join() + JSON.stringify(process.env).includes("KEYSTONE_SESSION_TOKEN")`;
    app = await App.start({
      "keystone.config.ts": `console.log("config", ${look}); export default {};`,
      "services/s.ts":
        `const seen = ${look}; const has = (bytes) => new TextDecoder().decode(bytes).includes("KEYSTONE_SESSION");
        export const query = async () => [seen, has(Bun.spawnSync(["env"]).stdout), has(Bun.spawnSync({ cmd: ["env"] }).stdout), await worker(),
          has(await new Response(Bun.spawn(["env"], { stdout: "pipe" }).stdout).bytes()), has(Bun.spawnSync(["env"]).stdout)];
        const worker = () => new Promise((done) => { const one = new Worker(new URL("../lib/w.ts", import.meta.url)); one.onmessage = ({ data }) => { done(data); one.terminate(); }; });`,
      "lib/w.ts": `postMessage(${look});`,
    });
    expect((await app.log(/^config/)).message).toBe("config ,false");
    expect(await app.query("s")).toEqual([",false", false, false, ",false", false, false]);
  });

  test("uses the port it is given, or another one when that is taken", async () => {
    app = await App.start();
    const second = await App.start({}, { KEYSTONE_PORT: String(app.port) });
    expect(second.port).not.toBe(app.port);
    const { port } = second;
    await second.dispose();
    const third = await App.start({}, { KEYSTONE_PORT: String(port) });
    expect(third.port).toBe(port);
    await third.dispose();
  });

  test("fails with every fault of the configuration named", async () => {
    const message = await fatal({
      "keystone.config.ts":
        `export default { watch: { debounceMs: "fast" }, security: { mode: "allow" }, web: { components: { a: 1 } }, http: { hostname: "0.0.0.0" } };`,
    });
    expect(message.split("\n")).toEqual([
      `keystone.config.ts: watch.debounceMs: found "fast"; allowed: a whole number from 0 to 10000`,
      `keystone.config.ts: security.mode: found "allow"; allowed: "auto", "open", "allowlist"`,
      expect.stringContaining("keystone.config.ts: web.components: found"),
      `keystone.config.ts: http.hostname: found "0.0.0.0"; allowed: "127.0.0.1", "localhost"`,
    ]);
  });

  test("fails with the place where the configuration throws or doesn't parse", async () => {
    expect(await fatal({ "keystone.config.ts": `\nthrow new Error("no luck");` })).toMatch(
      /keystone\.config\.ts can't be loaded: Error: no luck\n.*keystone\.config\.ts:2/,
    );
    expect(await fatal({ "keystone.config.ts": `export default { web: ` })).toContain("keystone.config.ts:1:");
    expect(await fatal({ "keystone.config.ts": `export default 5;` })).toContain("exports 5 by default");
  });

  test("fails without a token of the right form", async () => {
    expect(await fatal({}, { KEYSTONE_SESSION_TOKEN: "short" })).toContain("KEYSTONE_SESSION_TOKEN must be 64");
  });

  test("warns of unknown keys with the nearest known one", async () => {
    app = await App.start({ "keystone.config.ts": `export default { web: { hotReloads: true }, sevices: {} };` });
    expect((await app.log(/hotReloads/)).message).toContain(`unknown key "web.hotReloads". Did you mean "hotReload"?`);
    expect((await app.log(/sevices/)).message).toContain(`Did you mean "services"?`);
  });

  test("of a packaged app reads the resolved configuration", async () => {
    app = await App.start({
      "keystone.resolved.json": `{"web": {"preBuilt": true}}`,
      "keystone.config.ts": `throw new Error("not read");`,
      "web/app.js": `import "./nothing.js"; // as it is`,
    }, { KEYSTONE_MODE: "packaged" });
    expect(await (await app.fetch("/web/app.js")).text()).toBe(`import "./nothing.js"; // as it is`);
    expect(await app.ask({ type: "eval", code: "1" }).catch((error) => error.code)).toBe("FORBIDDEN");
  });
});

describe("while it runs", () => {
  test("console output becomes log messages with their source, and so does other output", async () => {
    app = await App.start({
      "services/talk.ts":
        `console.log("top", { a: 1 }); export const query = () => { console.warn("warned %d", 5); process.stdout.write("part"); console.error(new Error("an error").message);
        process.stdout.write("ial\\nrest\\n"); setTimeout(() => console.info("later"), 1); return 1; }`,
    });
    expect(await app.log(/^top/)).toMatchObject({
      level: "info",
      source: "service:talk",
      message: "top {\n  a: 1,\n}",
    });
    await app.query("talk");
    expect(await app.log(/warned/)).toMatchObject({ level: "warning", message: "warned 5", source: "service:talk" });
    expect(await app.log(/an error/)).toMatchObject({ level: "error" });
    expect(await app.log(/later/)).toMatchObject({ source: "service:talk" });
    expect(await app.log(/^partial$/)).toMatchObject({ level: "info", source: "service:talk" });
    expect(await app.log(/^rest$/)).toMatchObject({ level: "info" });
    expect(app.messages.all.filter(({ type }) => type === "stray")).toEqual([]);
  });

  test("lines that are no messages are logged and skipped", async () => {
    app = await App.start();
    for (
      const line of [
        "garbage",
        "[]",
        "null",
        `{"no":"type"}`,
        `{"type":"unheard"}`,
        `{"type":"push","channel":5}`,
        "{".repeat(50_000),
        "",
      ]
    ) app.sendLine(line);
    app.sendLine(`{"type":"query","id":77}`);
    expect(await app.messages.next((message) => message.type === "error" && message.id === 77)).toMatchObject({
      error: { code: "BAD_REQUEST" },
    });
    await app.log(/not JSON: garbage/);
    await app.log(/unknown type "unheard"/);
    expect(await app.query("paths")).toBeDefined();
  });

  test("errors that nobody catches are logged with their stack, and the process goes on", async () => {
    app = await App.start({
      "services/wild.ts":
        `export function start() {\n setTimeout(() => { throw new Error("in a timer"); }, 1);\n Promise.reject(new Error("rejected"));\n}\nexport const query = () => "alive";`,
    });
    expect((await app.log(/in a timer/)).message).toMatch(/wild\.ts:2/);
    expect((await app.log(/rejected/)).message).toMatch(/wild\.ts:3/);
    expect(await app.query("wild")).toBe("alive");
  });

  test("eval answers values, promises and errors", async () => {
    app = await App.start();
    expect(await app.ask({ type: "eval", code: "[1, 2].map((x) => x * 2)" })).toEqual([2, 4]);
    expect(await app.ask({ type: "eval", code: "Promise.resolve({ a: 1 })" })).toEqual({ a: 1 });
    expect(await app.ask({ type: "eval", code: "nope.x" }).catch((error) => error.message)).toContain("nope");
  });
});

describe("the end", () => {
  const stopping = {
    "services/s.ts": `export const stop = () => console.log("stopped"); export const query = () => 1;`,
  };

  test("of the input stops services and exits with 0", async () => {
    app = await App.start(stopping);
    app.endInput();
    expect(await app.exited).toBe(0);
    expect(app.messages.all.some((message) => message.type === "log" && message.message === "stopped")).toBe(true);
  });

  test("by SIGTERM stops services too", async () => {
    app = await App.start(stopping);
    app.kill("SIGTERM");
    expect(await app.exited).toBe(0);
    expect(app.messages.all.some((message) => message.type === "log" && message.message === "stopped")).toBe(true);
  });

  test("doesn't wait for a stop() that hangs or throws", async () => {
    app = await App.start({
      ...stopping,
      "services/hangs.ts": `export const stop = () => new Promise(() => {});`,
      "services/throws.ts": `export const stop = () => { throw new Error("won't"); };`,
    });
    const before = performance.now();
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    expect(performance.now() - before).toBeLessThan(3500);
    expect((await app.log(/hangs.*2000 ms/)).level).toBe("warning");
    await app.log(/won't/);
    await app.log(/^stopped$/);
  });

  test("comes when nobody reads the output any more", async () => {
    app = App.create({
      "services/loud.ts": `export const start = (ctx) => { setInterval(() => ctx.push("x", 1), 2); };`,
    });
    const process_ = Bun.spawn([process.execPath, new URL("../host.ts", import.meta.url).pathname], {
      cwd: app.root,
      env: { ...process.env, KEYSTONE_SESSION_TOKEN: "a".repeat(64) },
      stdin: "pipe",
      stdout: "pipe",
    });
    const reader = process_.stdout.getReader();
    await reader.read();
    await reader.cancel();
    expect(await process_.exited).toBe(0);
  });
});
