import { afterEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { App } from "../testing/app.ts";

const WORKER_HOST = join(import.meta.dirname ?? ".", "../../worker-host.ts");

let app: App;
afterEach(() => app.dispose());

test("one executable serves all workers, each with the services under its name and no source file", async () => {
  app = App.create({
    "source/crunch.ts": `import { defineService } from "@keystone/sdk/service";
      export default defineService("crunch").query((args, svc) => { svc.store.set("k", args); svc.push("crunched", args); return svc.store.get("k"); }).build();`,
    "source/alerts.ts":
      `let ctx; export const start = (c) => { ctx = c; }; export const query = () => { ctx.push("ext:a", 1); ctx.push("other", 2); };`,
    "source/main.ts": `import * as crunch from "./crunch"; import * as alerts from "./alerts";
      globalThis.__KEYSTONE_COMPILED_SERVICES__ = { cruncher: { crunch }, extensions: { alerts } };
      await import(${JSON.stringify(WORKER_HOST)});`,
    "workers/cruncher/ignored.ts": `export const query = () => "from a file";`,
  });
  const executable = app.path("worker.exe");
  const build = [process.execPath, "build", "--compile", app.path("source/main.ts"), "--outfile", executable];
  expect(await Bun.spawn(build, { stdout: "pipe", stderr: "inherit" }).exited).toBe(0);
  for (const directory of ["source", "node_modules"]) rmSync(app.path(directory), { recursive: true });

  const packaged = { KEYSTONE_MODE: "packaged" };
  const cruncher = app.startWorker("cruncher", packaged, executable);
  const extensions = app.startWorker("extensions", {
    ...packaged,
    KEYSTONE_EXTENSION_HOST: "true",
    KEYSTONE_ALLOWED_CHANNELS: "ext:",
  }, executable);
  const none = app.startWorker("none", packaged, executable);
  expect((await cruncher.ready()).services).toEqual(["crunch", "paths"]);
  expect((await extensions.ready()).services).toEqual(["alerts", "paths"]);
  expect((await none.ready()).services).toEqual(["paths"]);
  await none.log(/holds no services for this worker/);
  expect(await cruncher.query("crunch", { a: 1 })).toEqual({ a: 1 });
  expect(await cruncher.next("service_push")).toMatchObject({ channel: "crunched" });
  await extensions.query("alerts");
  await extensions.log(/push "other" was dropped/);
}, 20_000);
