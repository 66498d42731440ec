import { afterEach, describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "../testing/app.ts";

const KEEPER =
  `let svc; export const start = (ctx) => { svc = ctx; }; export const query = ([method, ...args]) => svc.store[method](...args);`;
const keepers = { "services/keeper.ts": KEEPER, "services/other.ts": KEEPER };
const BUN_DIR = join(import.meta.dirname ?? ".", "../..");

let app: App;
afterEach(() => app.dispose());

const keep = (...call: unknown[]) => app.query("keeper", call);
const files = (pattern: RegExp) => readdirSync(app.path("data")).filter((name) => pattern.test(name)).sort();

/** A process that uses the store as a runtime does, on the app's data directory. Its output is what it prints. */
function storeProcess(body: string, directory = app.path("data")): BunSubprocess {
  const source = `import { ServiceStore } from ${JSON.stringify(join(BUN_DIR, "runtime/services/store.ts"))};
    const log = { error: (text) => console.log("LOG " + text), warning: (text) => console.log("LOG " + text), debug() {} };
    const store = new ServiceStore(${JSON.stringify(directory)}, log);
    ${body}`;
  return Bun.spawn([process.execPath, "-e", source], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
}

describe("the store", () => {
  test("has a namespace for each service and outlives the process", async () => {
    app = await App.start(keepers);
    const values = [{ deep: [1, "two", null, { ü: "🎈\u0000" }] }, 0, "", false, null, [], -1.5e300];
    for (const [index, value] of values.entries()) await keep("set", `k${index}`, value);
    await app.query("other", ["set", "k0", "other's"]);
    await keep("set", "gone", 1);
    await keep("del", "gone");
    await keep("set", "k1");
    app.endInput();
    await app.exited;
    await app.launchUntilReady();
    expect(await keep("keys")).toEqual(["k0", "k2", "k3", "k4", "k5", "k6"]);
    for (const [index, value] of values.entries()) {
      expect(await keep("get", `k${index}`)).toEqual(index === 1 ? null : value);
    }
    expect(await keep("get", "gone")).toBeNull();
    await keep("clear");
    expect(await keep("keys")).toEqual([]);
    expect(await app.query("other", ["get", "k0"])).toBe("other's");
  });

  test("outlives a reload", async () => {
    app = await App.start({ "keystone.config.ts": `export default { watch: { debounceMs: 20 } };`, ...keepers });
    await keep("set", "k", "kept");
    app.write("services/keeper.ts", `// changed\n${KEEPER}`);
    await app.log(/reloaded service "keeper"/);
    expect(await keep("get", "k")).toBe("kept");
  });

  test("refuses what is not JSON, and keys that are no text", async () => {
    app = await App.start({
      "services/bad.ts":
        `let svc; export const start = (ctx) => { svc = ctx; }; const bad = { big: 1n, fn: () => 1, sym: Symbol("s"), cycle: {} }; bad.cycle.self = bad.cycle;
        export const query = (name) => name === "key" ? svc.store.set(5, 1) : name === "get" ? svc.store.get({}) : svc.store.set("k", bad[name]);`,
    });
    for (const name of ["big", "fn", "sym", "cycle"]) {
      await expect(app.query("bad", name)).rejects.toThrow(`store.set("k") of service "bad"`);
    }
    for (const name of ["key", "get"]) await expect(app.query("bad", name)).rejects.toThrow("a key must be a text");
  });

  test("keeps everything that was acknowledged when the process is killed while it writes", async () => {
    app = await App.start({
      "services/writer.ts": `import { defineService } from "@keystone/sdk/service";
        const filler = "x".repeat(2000);
        export default defineService("writer")
          .handle("writer:values", (_, svc) => svc.store.keys().map((key) => svc.store.get(key).index))
          .handle("writer:write", async (from, svc) => {
            for (let index = from;; index++) {
              svc.store.set("k" + index % 200, { index, filler });
              svc.push("written", index, { retain: false });
              if (index % 7 === 0) await Bun.sleep(0);
            }
          })
          .build();`,
    });
    let newest = -1;
    for (const acknowledgements of [1, 250, 1000]) {
      app.send({ type: "invoke", id: "endless", channel: "writer:write", args: newest + 1 });
      const enough = newest + acknowledgements;
      await app.messages.next((message) => message.type === "service_push" && (message.data as number) >= enough);
      app.kill("SIGKILL");
      await app.exited;
      const pushed = app.messages.all.flatMap((message) =>
        message.type === "service_push" ? [message.data as number] : []
      );
      const acknowledged = Math.max(...pushed);
      await app.launchUntilReady();
      const values = await app.ask({ type: "invoke", channel: "writer:values" }) as number[];
      newest = Math.max(...values);
      expect(newest).toBeGreaterThanOrEqual(acknowledged);
      // Every key holds its own last write: without a gap, the newest of all.
      const expected = Array.from({ length: Math.min(200, newest + 1) }, (_, index) => newest - index);
      expect(values.sort((a, b) => b - a)).toEqual(expected);
    }
  }, 20_000);
});

describe("several processes", () => {
  test("make and use one store at the same time, and none is refused", async () => {
    app = App.create();
    const count = 300;
    const processes = Array.from(
      { length: 6 },
      (_, index) =>
        storeProcess(`const mine = store.handle("p${index}"), shared = store.handle("shared");
        for (let n = 0; n < ${count}; n++) { mine.set("k" + n, n); shared.set("k" + n % 10, [${index}, n]); shared.get("k1"); }
        console.log(mine.keys().length);`),
    );
    const printed = await Promise.all(processes.map((one) => new Response(one.stdout).text()));
    expect(printed).toEqual(processes.map(() => `${count}\n`));
    expect(statSync(app.path("data/services.db")).size).toBeGreaterThan(0);
  }, 20_000);

  test("that meet a corrupt file set it aside once, and lose none of each other's writes", async () => {
    app = App.create({ "data/services.db": "no database ".repeat(2000) });
    const count = 50;
    const processes = Array.from({ length: 4 }, (_, index) =>
      storeProcess(`const mine = store.handle("p${index}");
        for (let n = 0; n < ${count}; n++) mine.set("k" + n, n);
        console.log("done");`));
    const printed = await Promise.all(processes.map((one) => new Response(one.stdout).text()));
    for (const text of printed) expect(text).toEndWith("done\n");
    expect(files(/\.corrupt-.*Z$/)).toHaveLength(1);
    const reader = storeProcess(
      `console.log(JSON.stringify([0, 1, 2, 3].map((index) => store.handle("p" + index).keys().length)));`,
    );
    expect(JSON.parse(await new Response(reader.stdout).text())).toEqual([count, count, count, count]);
  }, 20_000);

  test("wait for one that holds the file", async () => {
    app = await App.start(keepers);
    await keep("set", "k", 1);
    const holder = Bun.spawn([
      process.execPath,
      "-e",
      `const { Database } = require("bun:sqlite"); const db = new Database(${
        JSON.stringify(app.path("data/services.db"))
      });
       db.exec("BEGIN IMMEDIATE"); console.log("held");
       process.stdin.once("data", () => { setTimeout(() => { db.exec("COMMIT"); process.exit(0); }, 300); });`,
    ], { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
    const reader = holder.stdout.getReader();
    await reader.read();
    expect(await keep("get", "k")).toBe(1);
    holder.stdin.write("go");
    void holder.stdin.flush();
    await keep("set", "k", 2);
    expect(await keep("get", "k")).toBe(2);
    await holder.exited;
  }, 20_000);
});

test(
  "main Bun and a worker write at the same time; one of them is killed, and neither loses what it was told is kept",
  async () => {
    const writer = (name: string) =>
      `import { defineService } from "@keystone/sdk/service";
     export default defineService("${name}").query((_, svc) => svc.store.keys().length)
       .handle("${name}:write", async (count, svc) => {
         for (let index = 0; index < count; index++) { svc.store.set("k" + index, index); svc.push("${name}:written", index, { retain: false }); if (index % 5 === 0) await Bun.sleep(0); }
         return svc.store.keys().length;
       }).build();`;
    app = await App.start({ "services/mine.ts": writer("mine"), "workers/w/theirs.ts": writer("theirs") });
    const worker = app.startWorker("w");
    await worker.ready();
    worker.send({ type: "invoke", id: "endless", channel: "theirs:write", args: 1_000_000 });
    const written = app.ask({ type: "invoke", channel: "mine:write", args: 600 });
    await worker.next("service_push", ({ data }) => data === 150);
    worker.kill("SIGKILL");
    await worker.exited;
    expect(await written).toBe(600);
    const acknowledged = worker.messages.all.filter(({ type }) => type === "service_push").length;
    const next = app.startWorker("w");
    await next.ready();
    expect(await next.query("theirs")).toBeGreaterThanOrEqual(acknowledged);
    expect(await app.query("mine")).toBe(600);
  },
  20_000,
);

describe("a corrupt store", () => {
  test("is set aside with its log, told as an error, and the app starts", async () => {
    app = App.create({
      ...keepers,
      "data/services.db": "this is no database at all ".repeat(100),
      "data/services.db-wal": "nor is this a log",
    });
    await app.launchUntilReady();
    await keep("set", "k", 1);
    expect(await keep("get", "k")).toBe(1);
    const { level, message } = await app.log(/is corrupt/);
    expect(level).toBe("error");
    const [aside = ""] = files(/^services\.db\.corrupt-.*Z$/);
    expect(message).toContain(aside);
    expect(readFileSync(app.path(`data/${aside}`), "utf8")).toStartWith("this is no database");
    app.endInput();
    await app.exited;
    await app.launchUntilReady();
    expect(await keep("get", "k")).toBe(1);
    expect(files(/\.corrupt-.*Z$/)).toHaveLength(1);
  });

  test("that breaks while it is in use is set aside, too", async () => {
    app = await App.start(keepers);
    for (let index = 0; index < 400; index++) await keep("set", `k${index}`, "x".repeat(500));
    app.endInput();
    await app.exited;
    const bytes = readFileSync(app.path("data/services.db"));
    bytes.fill(0xff, 4096);
    writeFileSync(app.path("data/services.db"), bytes);
    await app.launchUntilReady();
    await keep("set", "new", 1);
    expect(await keep("keys")).toEqual(["new"]);
    await app.log(/is corrupt/);
    expect(files(/\.corrupt-.*Z$/)).toHaveLength(1);
  });
});

describe("a store that", () => {
  test("was deleted while it was in use is made anew, and written", async () => {
    app = await App.start(keepers);
    await keep("set", "k", 1);
    rmSync(app.path("data"), { recursive: true });
    await keep("set", "k", 2);
    expect(existsSync(app.path("data/services.db"))).toBe(true);
    app.endInput();
    await app.exited;
    await app.launchUntilReady();
    expect(await keep("get", "k")).toBe(2);
  });

  test("can't be written fails by the call, with file and remedy, and the rest goes on", async () => {
    app = await App.start({ ...keepers, "file": "in the way" }, { KEYSTONE_DATA_DIR: "file/below" });
    await expect(keep("set", "k", 1)).rejects.toThrow(
      /service "keeper" \(.*file\/below\/services\.db\).*a file is where/,
    );
    expect(await app.query("paths")).toBeDefined();
    await app.dispose();
    app = await App.start({ ...keepers, "data/services.db/x": "a directory in the way" });
    await expect(keep("set", "k", 1)).rejects.toThrow(/services\.db\) failed: .*SQLITE_CANTOPEN/);
  });

  test("lies on a file system that is read-only, or full, says so, and loses nothing that it had", async () => {
    app = await App.start(keepers);
    await keep("set", "k", "kept");
    app.endInput();
    await app.exited;
    const [readOnly, full] = await Promise.all([
      inSandbox(["--ro-bind", app.root, app.root]),
      inSandbox([
        "--size",
        String(256 * 1024),
        "--tmpfs",
        app.path("data"),
      ]),
    ]);
    expect(readOnly).toMatch(
      /^failed: the store of service "keeper".*its directory must exist or be possible to make, and be writable/m,
    );
    expect(full).toMatch(/^failed: the store of service "keeper".*the disk is full/m);
    expect(full).toMatch(/^kept [1-9]\d*$/m);
    await app.launchUntilReady();
    expect(await keep("get", "k")).toBe("kept");
  }, 20_000);
});

/** Writes until that fails, where bubblewrap has put something else over a part of the file system. */
async function inSandbox(mounts: string[]): Promise<string> {
  const source = `import { ServiceStore } from ${JSON.stringify(join(BUN_DIR, "runtime/services/store.ts"))};
    const store = new ServiceStore(${
    JSON.stringify(app.path("data"))
  }, { error: console.log, warning: console.log, debug() {} }).handle("keeper");
    let count = 0;
    try { for (; count < 1000; count++) store.set("k" + count, "x".repeat(4096)); } catch (error) { console.log("failed: " + error.message); }
    try { console.log("kept " + store.keys().length); } catch (error) { console.log("can't be read: " + error.message); }`;
  const bwrap = Bun.spawn(["bwrap", "--dev-bind", "/", "/", ...mounts, process.execPath, "-e", source], {
    stdout: "pipe",
    stderr: "inherit",
  });
  return await new Response(bwrap.stdout).text();
}
