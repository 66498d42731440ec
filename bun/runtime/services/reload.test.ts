import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { App } from "../testing/app.ts";

const CONFIG = `export default { watch: { debounceMs: 20 } };`;

let app: App;
afterEach(() => app.dispose());

const start = async (files: Record<string, string>) =>
  app = await App.start({ "keystone.config.ts": CONFIG, ...files });
/** A service that answers `[value, when it was loaded]`. */
const answering = (imports: string, value: string) =>
  `${imports}\nconst made = crypto.randomUUID(); export const query = async () => [await (${value}), made];`;
const ask = async (name: string) => await app.query(name) as [unknown, string];

/** Waits for the next reload. @returns the services that were reloaded, sorted. */
async function reloaded(): Promise<string[]> {
  const { message } = await app.log(/^reloaded /);
  return [...message.matchAll(/"(.*?)"/g)].map(([, name]) => name ?? "").sort();
}

describe("a change reloads exactly those services that import it", () => {
  test("by whatever way they do", async () => {
    await start({
      "lib/value.ts": `export const value = "v1"; export interface Shape { x: number }`,
      "lib/between.ts": `export * from "./value";`,
      "lib/cycle-a.ts": `import { b } from "./cycle-b"; export const a = () => b;`,
      "lib/cycle-b.ts": `import { a } from "./cycle-a"; export const b = "b1"; export const again = () => a;`,
      "lib/data.json": `{"n": 1}`,
      "lib/text.txt": "t1",
      "services/direct.ts": answering(`import { value } from "../lib/value";`, "value"),
      "services/through.ts": answering(`import { value } from "../lib/between";`, "value"),
      "services/lazy.ts": answering("", `import("../lib/value").then(({ value }) => value)`),
      "services/type-only.ts": answering(`import type { Shape } from "../lib/value"; let s: Shape;`, `"none"`),
      "services/type-by-use.ts": answering(`import { Shape } from "../lib/value"; let s: Shape;`, `"none"`),
      "services/ring.ts": answering(`import { a } from "../lib/cycle-a";`, "a()"),
      "services/data.ts": answering(
        `import data from "../lib/data.json"; import text from "../lib/text.txt";`,
        "[data.n, text]",
      ),
      "services/alone.ts": answering("", `"alone"`),
    });
    const all = ["direct", "through", "lazy", "type-only", "type-by-use", "ring", "data", "alone"];
    const before = new Map(await Promise.all(all.map(async (name) => [name, await ask(name)] as const)));
    const steps: [string, string, string[]][] = [
      ["lib/value.ts", `export const value = "v2";`, ["direct", "lazy", "through"]],
      ["lib/cycle-b.ts", `import { a } from "./cycle-a"; export const b = "b2"; export const again = () => a;`, [
        "ring",
      ]],
      ["lib/data.json", `{"n": 2}`, ["data"]],
      ["lib/text.txt", "t2", ["data"]],
    ];
    for (const [file, content, names] of steps) {
      app.write(file, content);
      expect([file, await reloaded()]).toEqual([file, names]);
    }
    const after = new Map(await Promise.all(all.map(async (name) => [name, await ask(name)] as const)));
    expect([...after].map(([, [value]]) => value)).toEqual([
      "v2",
      "v2",
      "v2",
      "none",
      "none",
      "b2",
      [2, "t2"],
      "alone",
    ]);
    for (const name of ["type-only", "type-by-use", "alone"]) expect(after.get(name)).toEqual(before.get(name));
  });

  test("outside of the bun root, and by way of symbolic links", async () => {
    app = App.create({
      "keystone.config.ts": CONFIG,
      "../shared/far.ts": `export const far = "far1";`,
      "../shared/linked/near.ts": `export const near = "near1";`,
      "../shared/whole.ts": answering("", `"whole1"`),
      "services/far.ts": answering(`import { far } from "../../shared/far";`, "far"),
      "services/near.ts": answering(`import { near } from "../lib/near";`, "near"),
    });
    symlinkSync(app.path("../shared/linked"), app.path("lib"));
    symlinkSync(app.path("../shared/whole.ts"), app.path("services/whole.ts"));
    const link = `${app.root}-link`;
    symlinkSync(app.root, link);
    await app.launchUntilReady({ KEYSTONE_APP_ROOT: link });
    for (
      const [file, name, content] of [
        ["services/near.ts", "near", answering(`import { near } from "../lib/near";`, `near + "!"`)],
        ["../shared/far.ts", "far", `export const far = "far2";`],
        ["../shared/linked/near.ts", "near", `export const near = "near2";`],
        ["../shared/whole.ts", "whole", answering("", `"whole2"`)],
      ] as const
    ) {
      app.write(file, content);
      expect([file, await reloaded()]).toEqual([file, [name]]);
    }
    const values = await Promise.all(["far", "near", "whole"].map(ask));
    expect(values.map(([value]) => value)).toEqual(["far2", "near2!", "whole2"]);
  });

  test("and all of them, where it was imported by a name that was made up as it ran", async () => {
    await start({
      "lib/parts/one.ts": `import { base } from "../base"; export const part = base + 1;`,
      "lib/base.ts": "export const base = 10;",
      "services/a.ts": answering("", `import("../lib/parts/" + "one" + ".ts").then(({ part }) => part)`),
      "services/b.ts": answering("", `"b"`),
    });
    expect((await ask("a"))[0]).toBe(11);
    for (
      const [file, content, value] of [
        ["lib/parts/one.ts", `import { base } from "../base"; export const part = base + 2;`, 12],
        ["lib/base.ts", "export const base = 20;", 22],
      ] as const
    ) {
      app.write(file, content);
      expect(await reloaded()).toEqual(["a", "b"]);
      expect((await ask("a"))[0]).toBe(value);
    }
  });

  test("and leaves what host.ts made of it as it is", async () => {
    await start({
      "lib/db.ts": `export const db = { id: crypto.randomUUID() };`,
      "host.ts":
        `import { db } from "./lib/db"; export const onReady = (ctx) => ctx.registerInvokeHandler("host:db", () => db.id);`,
      "services/a.ts": answering(`import { db } from "../lib/db";`, "db.id"),
    });
    const id = await app.ask({ type: "invoke", channel: "host:db" });
    expect((await ask("a"))[0]).toBe(id);
    app.write("services/a.ts", answering(`import { db } from "../lib/db";`, "[db.id]"));
    expect(await reloaded()).toEqual(["a"]);
    expect((await ask("a"))[0]).toEqual([id]);
    // Its own change is another matter: the service gets it, and host.ts at the next start.
    app.write("lib/db.ts", `export const db = { id: "new" };`);
    expect(await reloaded()).toEqual(["a"]);
    expect([(await ask("a"))[0], await app.ask({ type: "invoke", channel: "host:db" })]).toEqual([["new"], id]);
    await app.log(/^lib\/db\.ts was saved; host\.ts and keystone\.config\.ts will use it when the app starts again$/);
  });
});

describe("a service", () => {
  test("that lacks an import is mended by creating it", async () => {
    await start({
      "services/a.ts": answering(`import { v } from "../lib/new/v";`, "v"),
      "services/b.ts": answering("", "1"),
    });
    await app.log(/lib\/new\/v/);
    app.write("lib/new/v.ts", `export const v = "made";`);
    expect(await reloaded()).toEqual(["a"]);
    expect((await ask("a"))[0]).toBe("made");
    app.write("lib/new/v.ts", `export const v = "changed";`);
    expect(await reloaded()).toEqual(["a"]);
    expect((await ask("a"))[0]).toBe("changed");
  });

  test("that throws in start is told with its line, a later one after a reload; saving again retries", async () => {
    await start({
      "services/a.ts":
        `interface Padding {\n  of: "types";\n}\nexport function start(): void {\n  fail();\n}\nfunction fail(): never {\n  throw new Error("first");\n}\n`,
      "services/b.ts": answering("", "1"),
    });
    const first = await app.log(/service "a" \(services\/a\.ts\) failed to start: Error: first/);
    expect(first.message).toMatch(/at fail \(.*services\/a\.ts:8:\d+\)\n.*at start \(.*services\/a\.ts:5:\d+\)/);
    expect((await ask("b"))[0]).toBe(1);
    app.write(
      "services/a.ts",
      `type T = { a: 1 };\n\n\nexport const start = () => {\n\n  throw new Error("second");\n};\n`,
    );
    expect((await app.log(/Error: second/)).message).toMatch(/services\/a\.ts:6:\d+/);
    app.write(
      "services/a.ts",
      `type T = { a: 1 };\nexport const start = () => {};\nexport const query = () => { throw new Error("third"); };\n`,
    );
    expect(await reloaded()).toEqual(["a"]);
    const third = await app.query("a").catch(({ message, stack }) => [message, stack]);
    expect(third).toEqual(["third", expect.stringMatching(/services\/a\.ts:3:\d+/)]);
  });

  test("whose start never ends doesn't keep its reload, other services or the end waiting", async () => {
    const hangs = (text: string) =>
      `export const start = () => { console.log("${text}"); return new Promise(() => {}); }; export const query = () => 1;`;
    app = App.create({
      "keystone.config.ts": CONFIG,
      "services/a.ts": hangs("one"),
      "services/b.ts": answering("", "1"),
    });
    app.launch();
    await app.log(/^one$/);
    app.write("services/a.ts", `export const query = () => "mended";`);
    await app.messages.next(({ type }) => type === "ready");
    await app.log(/"a" .* was still starting when it was to stop/);
    expect(await reloaded()).toEqual(["a"]);
    expect(await app.query("a")).toBe("mended");
    app.write("services/a.ts", hangs("two"));
    await app.log(/^two$/);
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
  }, 10_000);

  test("that never ends loading keeps nobody waiting; one that is only slow starts when it has ended", async () => {
    app = App.create({
      "keystone.config.ts": CONFIG,
      "services/hangs.ts":
        `console.log("evaluating"); await new Promise((go) => globalThis.go = go); export const query = () => "late";`,
      "services/other.ts": answering("", `"other"`),
    });
    app.launch();
    await app.log(/^evaluating$/);
    app.write("services/fresh.ts", answering("", `"fresh"`));
    expect((await app.log(/services\/hangs\.ts was not loaded/)).message).toContain("a top-level await in it");
    await app.ready();
    expect(await reloaded()).toContain("fresh");
    expect((await ask("other"))[0]).toBe("other");
    expect(await app.query("hangs").catch(({ code }) => code)).toBe("UNAVAILABLE");
    const begin = performance.now();
    app.write("services/other.ts", answering("", `"other again"`));
    expect(await reloaded()).toEqual(["other"]);
    expect(performance.now() - begin).toBeLessThan(4000);
    await app.ask({ type: "eval", code: "go(), 1" });
    expect(await reloaded()).toEqual(["hangs"]);
    expect(await app.query("hangs")).toBe("late");
    app.write("services/hangs.ts", `export const query = () => "mended";`);
    expect(await reloaded()).toEqual(["hangs"]);
    expect(await app.query("hangs")).toBe("mended");
  }, 20_000);

  test("that hears that it is over may end its start at once", async () => {
    const listens =
      `export const start = (ctx) => new Promise((done) => { ctx.signal.addEventListener("abort", done); console.log("a starts"); });
      export const stop = () => console.log("a stops");`;
    app = App.create({ "services/a.ts": listens });
    app.launch();
    await app.log(/^a starts$/);
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    await app.log(/^a stops$/);
    expect(app.messages.all.some((message) => message.type === "log" && message.message.includes("still starting")))
      .toBe(
        false,
      );
  }, 10_000);

  test("whose file or directory goes is stopped, and comes back with it", async () => {
    const stops = (name: string) => `${answering("", "1")} export const stop = () => console.log("${name} stops");`;
    await start({
      "services/file.ts": stops("file"),
      "services/dir/index.ts": `import "./part"; ${stops("dir")}`,
      "services/dir/part.ts": "",
      "services/moved/index.ts": stops("moved"),
      "services/other.ts": answering("", `"other"`),
    });
    const other = await ask("other");
    unlinkSync(app.path("services/file.ts"));
    await app.log(/^file stops$/);
    rmSync(app.path("services/dir"), { recursive: true });
    await app.log(/^dir stops$/);
    await app.log(/services\/dir\/index\.ts is gone/);
    mkdirSync(app.path("away"));
    renameSync(app.path("services/moved"), app.path("away/moved"));
    await app.log(/^moved stops$/);
    for (const name of ["file", "dir", "moved"]) {
      expect(await app.query(name).catch(({ code }) => code)).toBe("NO_HANDLER");
    }
    renameSync(app.path("away/moved"), app.path("services/moved"));
    expect(await reloaded()).toEqual(["moved"]);
    renameSync(app.path("services/moved"), app.path("services/renamed"));
    expect(await reloaded()).toEqual(["renamed"]);
    app.write("services/renamed/index.ts", answering("", `"changed"`));
    expect(await reloaded()).toEqual(["renamed"]);
    expect((await ask("renamed"))[0]).toBe("changed");
    expect(await ask("other")).toEqual(other);
  });
});

test("many saves in a row, of a service that takes its time, end with the last version", async () => {
  const version = (count: number) =>
    `await Bun.sleep(${count % 3}); export const start = () => Bun.sleep(${
      count % 4
    }); export const stop = start; export const query = () => ${count};`;
  await start({ "services/a.ts": version(0), "lib/part.ts": "" });
  for (let count = 1; count <= 60; count++) {
    if (count % 2 === 0) app.write("services/a.ts", version(count));
    else app.writeAtomically("services/a.ts", version(count));
    await Bun.sleep(count % 5 * 4);
  }
  while (await app.query("a") !== 60) await app.log(/^reloaded/);
});

test("a file may become a directory, and an imported one too", async () => {
  await start({
    "services/a.ts": answering(`import { v } from "../lib/part";`, "v"),
    "lib/part.ts": `export const v = "file";`,
  });
  expect((await ask("a"))[0]).toBe("file");
  unlinkSync(app.path("lib/part.ts"));
  await app.log(/services\/a\.ts was not loaded/);
  app.write("lib/part/index.ts", `export const v = "directory";`);
  expect(await reloaded()).toEqual(["a"]);
  expect((await ask("a"))[0]).toBe("directory");
  app.write("lib/part/index.ts", `export const v = "the directory";`);
  expect(await reloaded()).toEqual(["a"]);
  expect((await ask("a"))[0]).toBe("the directory");
  app.write("services/a/index.ts", answering(`import { v } from "../../lib/part";`, `v + " of a directory"`));
  expect((await app.log(/two services/)).message).toContain(`"a": services/a.ts and services/a/index.ts`);
  unlinkSync(app.path("services/a.ts"));
  expect(await reloaded()).toEqual(["a"]);
  expect((await ask("a"))[0]).toBe("the directory of a directory");
});

test("the whole directory of services may go and come back", async () => {
  await start({ "services/a.ts": answering("", `"a"`), "services/b/index.ts": answering("", `"b"`) });
  renameSync(app.path("services"), app.path("elsewhere"));
  for (const name of ["a.ts", "b/index.ts"]) await app.log(new RegExp(`services/${name} is gone`));
  expect(await app.query("a").catch(({ code }) => code)).toBe("NO_HANDLER");
  renameSync(app.path("elsewhere"), app.path("services"));
  expect(await reloaded()).toEqual(["a", "b"]);
  app.write("services/a.ts", answering("", `"again"`));
  expect(await reloaded()).toEqual(["a"]);
});

describe("a name or channel that two services want", () => {
  const handling = (channel: string, value: string) =>
    `export const start = (ctx) => { ctx.registerInvokeHandler("${channel}", () => "${value}"); };`;
  const invoke = (channel: string) => app.ask({ type: "invoke", channel });

  test("stays with who has it, and goes to the other one when it is free", async () => {
    await start({ "services/b.ts": handling("x", "b") });
    app.write("services/a.ts", handling("x", "a"));
    expect((await app.log(/handled by/)).message).toContain(`"x" is handled by service:b already; service:a can't`);
    expect(await invoke("x")).toBe("b");
    app.write("services/b.ts", handling("x", "b again"));
    expect(await reloaded()).toEqual(["b"]);
    expect(await invoke("x")).toBe("b again");
    app.write("services/b.ts", handling("y", "b"));
    expect(await reloaded()).toEqual(["a", "b"]);
    expect([await invoke("x"), await invoke("y")]).toEqual(["a", "b"]);
    app.write("services/b.ts", handling("x", "b"));
    expect((await app.log(/handled by service:a already; service:b/)).level).toBe("error");
    unlinkSync(app.path("services/a.ts"));
    expect(await reloaded()).toEqual(["b"]);
    expect(await invoke("x")).toBe("b");
  });

  test("is told with both files, and mended by renaming either", async () => {
    const named = (name: string, value: string) =>
      `import { defineService } from "@keystone/sdk/service"; export default defineService("${name}").query(() => "${value}").build();`;
    await start({ "services/a.ts": named("same", "a"), "services/b.ts": named("same", "b") });
    expect((await app.log(/two services/)).message).toContain(`services/a.ts and services/b.ts`);
    app.write("services/a.ts", named("other", "a"));
    expect(await reloaded()).toEqual(["other", "same"]);
    expect([await app.query("same"), await app.query("other")]).toEqual(["b", "a"]);
    app.write("services/a.ts", named("same", "a"));
    expect((await app.log(/two services/)).message).toContain(`services/b.ts and services/a.ts`);
    expect(await app.query("same")).toBe("b");
    app.write("services/a.ts", named("third", "a"));
    expect(await reloaded()).toEqual(["third"]);
  });
});

test("without hot reload, and in a packaged app, a saved service stays what it was", async () => {
  for (
    const [config, mode] of [[`{ services: { hotReload: false }, watch: { debounceMs: 1 } }`, "development"], [
      "{}",
      "packaged",
    ]]
  ) {
    app = await App.start({
      "keystone.config.ts": `export default ${config};`,
      "services/a.ts": `export const query = () => "old";`,
      "web/app.ts": "export const mount = () => {};",
    }, { KEYSTONE_MODE: mode ?? "" });
    app.write("services/a.ts", `export const query = () => "new";`);
    // Where components reload, their change shows that the services' has been seen.
    app.write("web/fresh.ts", "export const mount = () => {};");
    if (mode === "development") await app.messages.next(({ type }) => type === "components");
    expect(await app.query("a")).toBe("old");
    expect(app.messages.all.some((message) => message.type === "log" && /reloaded/.test(message.message))).toBe(false);
    if (mode === "development") await app.dispose();
  }
});
