import { afterEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "../testing/app.ts";
import { compiledServices } from "./compiled-services.ts";

const HOST = join(import.meta.dirname ?? ".", "../../host.ts");

let app: App | undefined;
afterEach(() => app?.dispose());

test(
  "services in a table of the executable run without a source file, and the directory is not looked at",
  async () => {
    app = App.create({
      "source/notes.ts": `import { defineService } from "@keystone/sdk/service"; import { shared } from "./shared";
      export default defineService("notes").handle("notes:add", (text, svc) => { svc.store.set("k", text); return [svc.store.get("k"), shared]; })
        .query(async (args, svc) => await svc.call("plain", args)).build();`,
      "source/shared.ts": `export const shared = "compiled in";`,
      "source/plain.ts":
        `export const query = (args) => ["plain", args]; export const stop = () => console.log("plain stops");`,
      "source/bad.ts": `export const start = () => { throw new Error("won't start"); };`,
      "source/empty.ts": `export const x = 1;`,
      "source/main.ts":
        `import * as notes from "./notes"; import * as plain from "./plain"; import * as bad from "./bad"; import * as empty from "./empty"; import * as taken from "./plain";
      globalThis.__KEYSTONE_COMPILED_SERVICES__ = { notes, plain, bad, empty, paths: taken };
      await import(${JSON.stringify(HOST)});`,
      "services/ignored.ts": `export const query = () => "from a file";`,
    });
    const executable = app.path("app.exe");
    const build = [process.execPath, "build", "--compile", app.path("source/main.ts"), "--outfile", executable];
    expect(await Bun.spawn(build, { stdout: "pipe", stderr: "inherit" }).exited).toBe(0);
    rmSync(app.path("source"), { recursive: true });
    rmSync(app.path("node_modules"), { recursive: true });
    app.executable = executable;
    const ready = await app.launchUntilReady({ KEYSTONE_MODE: "packaged" });
    expect(ready.services).toEqual(["notes", "paths", "plain"]);
    expect(await app.ask({ type: "invoke", channel: "notes:add", args: "hi" })).toEqual(["hi", "compiled in"]);
    expect(await app.query("notes", 1)).toEqual(["plain", 1]);
    expect(await app.query("ignored").catch(({ code }) => code)).toBe("NO_HANDLER");
    expect((await app.log(/compiled service bad/)).message).toContain("won't start");
    expect((await app.log(/compiled service empty/)).message).toContain("exports no service");
    expect((await app.log(/compiled service paths/)).message).toContain(`two services are named "paths": built in and`);
    expect(await app.query("empty").catch(({ code }) => code)).toBe("UNAVAILABLE");
    app.send({ type: "shutdown" });
    expect(await app.exited).toBe(0);
    await app.log(/^plain stops$/);
  },
  20_000,
);

test("a worker's services are those under its name", () => {
  const table = { crunch: { a: { query: () => 1 } }, other: { b: {} } };
  const scope = globalThis as { __KEYSTONE_COMPILED_SERVICES__?: unknown };
  expect(compiledServices("crunch")).toBeUndefined();
  try {
    scope.__KEYSTONE_COMPILED_SERVICES__ = table;
    expect(compiledServices("crunch")).toBe(table.crunch);
    for (const name of ["none", "constructor", "__proto__"]) expect(compiledServices(name)).toEqual({});
  } finally {
    delete scope.__KEYSTONE_COMPILED_SERVICES__;
  }
});
