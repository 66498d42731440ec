import { afterAll, beforeAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const engine = join(import.meta.dir, "..");
let app = "";

beforeAll(() => {
  app = mkdtempSync(join(tmpdir(), "keystone-vendored-"));
  const modules = join(app, "node_modules/@keystone");
  mkdirSync(modules, { recursive: true });
  for (const name of ["sdk", "lib"]) cpSync(join(engine, name), join(modules, name), { recursive: true });
});

afterAll(() => rmSync(app, { recursive: true }));

async function run(source: string): Promise<unknown> {
  writeFileSync(join(app, "main.ts"), source);
  const process = Bun.spawn([Bun.argv[0], "main.ts"], { cwd: app, stdout: "pipe", stderr: "inherit" });
  const output = await new Response(process.stdout).text();
  expect(await process.exited).toBe(0);
  return JSON.parse(output);
}

test("a copy of the SDK in an app's node_modules resolves by its documented names", async () => {
  const source = `
    import { invoke, KeystoneError } from "@keystone/sdk/bridge";
    import { defineComponent } from "@keystone/sdk/component";
    import { PROTOCOL_VERSION } from "@keystone/sdk/protocol";
    import { fromWireError } from "@keystone/lib/errors";
    import * as index from "@keystone/sdk";
    const error = await invoke("x").catch((error) => error);
    console.log(JSON.stringify([
      error instanceof KeystoneError, fromWireError({}) instanceof KeystoneError, index.invoke === invoke,
      index.defineComponent === defineComponent, PROTOCOL_VERSION,
    ]));`;
  expect(await run(source)).toEqual([true, true, true, true, 1]);
});

test("a component bundles for the browser with it, whole or with the SDK left to the import map", async () => {
  const entry = join(app, "component.ts");
  writeFileSync(entry, `import { query } from "@keystone/sdk/bridge"; export const mount = () => void query("x");`);
  const whole = await Bun.build({ entrypoints: [entry], target: "browser", minify: true });
  const shared = await Bun.build({ entrypoints: [entry], target: "browser", external: ["@keystone/sdk/*"] });
  expect([whole.success, shared.success]).toEqual([true, true]);
  expect(await whole.outputs[0].text()).not.toContain("@keystone/sdk");
  expect(await shared.outputs[0].text()).toContain('from "@keystone/sdk/bridge"');
});
