import { afterEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { bundleComponent, type BundleResult } from "./bundle.ts";

let root = "";
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Stands for the compiler: it shows what it was given, and refuses a file as Svelte does. */
const COMPILER = `
  const show = (kind, source, options) => {
    if (source.includes("{#broken")) throw Object.assign(new Error("unexpected block"), { start: { line: 3, column: 8 } });
    return { js: { code: "export default " + JSON.stringify({ kind, source, options }) } };
  };
  export const compile = (source, options) => show("component", source, options);
  export const compileModule = (source, options) => show("module", source, options);`;

async function bundle(files: Record<string, string>, development = true): Promise<BundleResult> {
  root = mkdtempSync(join(tmpdir(), "keystone-svelte-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  const component = { name: "app", entry: join(root, "web/app.ts"), isExplicit: false };
  return await bundleComponent(component, { root, development });
}

const ENTRY = `import App from "../src/App.svelte"; export const mount = () => App;`;
const PACKAGE = {
  "node_modules/svelte/package.json":
    `{"name": "svelte", "exports": {"./compiler": "./compiler.js"}, "type": "module"}`,
  "node_modules/svelte/compiler.js": COMPILER,
};

test("a .svelte file is compiled for the page by the app's own compiler", async () => {
  const result = await bundle({ ...PACKAGE, "web/app.ts": ENTRY, "src/App.svelte": "<h1>Hello</h1>" });
  if (result.kind !== "bundle") throw new Error(JSON.stringify(result));
  expect(result.script).toContain(`source: "<h1>Hello</h1>"`);
  expect(result.script).toContain(`generate: "client"`);
  expect(result.script).toContain("dev: true");
  expect([...result.inputs]).toContain(join(root, "src/App.svelte"));
});

test("a .svelte.ts module loses its types before it is compiled", async () => {
  const result = await bundle({
    ...PACKAGE,
    "web/app.ts": `import state from "../src/state.svelte.ts"; export const mount = () => state;`,
    "src/state.svelte.ts": "export const count: number = 1;",
  });
  if (result.kind !== "bundle") throw new Error(JSON.stringify(result));
  expect(result.script).toContain(`kind: "module"`);
  expect(result.script).not.toContain(": number");
});

test("without the package the error says how to install it", async () => {
  const result = await bundle({ "web/app.ts": ENTRY, "src/App.svelte": "<h1>Hello</h1>" });
  expect(result.kind).toBe("failure");
  expect(JSON.stringify(result)).toContain("bun add svelte");
});

test("what the compiler complains of is the build's error", async () => {
  const result = await bundle({ ...PACKAGE, "web/app.ts": ENTRY, "src/App.svelte": "{#broken" });
  expect(result.kind).toBe("failure");
  expect(JSON.stringify(result)).toContain("App.svelte:3:9: unexpected block");
});
