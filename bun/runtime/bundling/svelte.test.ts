import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { BundledApp } from "../testing/bundled-app.ts";

let app: BundledApp;
afterEach(() => app.remove());

/** Stands for the compiler: it shows what it was given, and refuses a file as Svelte does. */
const COMPILER = `
  const show = (kind, source, options) => {
    if (source.includes("{#broken")) throw Object.assign(new Error("unexpected block"), { start: { line: 3, column: 8 } });
    return { js: { code: "export default " + JSON.stringify({ kind, source, options }) } };
  };
  export const compile = (source, options) => show("component", source, options);
  export const compileModule = (source, options) => show("module", source, options);`;

const ENTRY = `import App from "../src/App.svelte"; export const mount = () => App;`;
const PACKAGE = {
  "node_modules/svelte/package.json":
    `{"name": "svelte", "exports": {"./compiler": "./compiler.js"}, "type": "module"}`,
  "node_modules/svelte/compiler.js": COMPILER,
};

test("a .svelte file is compiled for the page by the app's own compiler", async () => {
  app = new BundledApp({ ...PACKAGE, "web/app.ts": ENTRY, "src/App.svelte": "<h1>Hello</h1>" });
  const result = await app.good("web/app.ts");
  expect(result.script).toContain(`source: "<h1>Hello</h1>"`);
  expect(result.script).toContain(`generate: "client"`);
  expect(result.script).toContain("dev: true");
  expect([...result.inputs]).toContain(join(app.root, "src/App.svelte"));
});

test("a .svelte.ts module loses its types before it is compiled", async () => {
  app = new BundledApp({
    ...PACKAGE,
    "web/app.ts": `import state from "../src/state.svelte.ts"; export const mount = () => state;`,
    "src/state.svelte.ts": "export const count: number = 1;",
  });
  const result = await app.good("web/app.ts");
  expect(result.script).toContain(`kind: "module"`);
  expect(result.script).not.toContain(": number");
});

test("without the package the error says how to install it", async () => {
  app = new BundledApp({ "web/app.ts": ENTRY, "src/App.svelte": "<h1>Hello</h1>" });
  expect(await app.complaints("web/app.ts")).toContain("bun add svelte");
});

test("what the compiler complains of is the build's error", async () => {
  app = new BundledApp({ ...PACKAGE, "web/app.ts": ENTRY, "src/App.svelte": "{#broken" });
  expect(await app.complaints("web/app.ts")).toContain("App.svelte:3:9: unexpected block");
});
