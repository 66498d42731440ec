import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { originalPositions, type SourceMap } from "../../lib/source-map.ts";
import { BundledApp } from "../testing/bundled-app.ts";
import type { Bundle } from "./bundle.ts";

let app: BundledApp;
afterEach(() => app.remove());

/** The served name and the text of the one file that fits. */
function file(bundle: Bundle, pattern: RegExp): [name: string, text: string] {
  const names = [...bundle.files.keys()].filter((name) => pattern.test(name));
  expect([pattern, names.length]).toEqual([pattern, 1]);
  const content = bundle.files.get(names[0]);
  return [names[0], typeof content === "string" ? content : new TextDecoder().decode(content)];
}

/** What the script evaluates to, in this process. */
async function run(bundle: Bundle): Promise<Record<string, unknown>> {
  const path = join(app.root, `${bundle.scriptHash}.mjs`);
  app.write(`${bundle.scriptHash}.mjs`, bundle.script);
  return await import(path) as Record<string, unknown>;
}

describe("imports", () => {
  test("of JSON, text, pictures and fonts", async () => {
    app = new BundledApp({
      "web/app.ts": `import data from "../src/d.json"; import { n } from "../src/d.json";
        import plain from "../src/t.txt"; import text from "../src/t.md" with { type: "text" };
        import picture from "../src/p.png"; import font from "../src/f.woff2"; import url from "../src/u.txt" with { type: "file" };
        export const mount = () => ({ data, n, plain, text, picture, font, url });`,
      "src/d.json": `{"n": 1}`,
      "src/t.txt": "text",
      "src/u.txt": "text",
      "src/t.md": "# mark",
      "src/p.png": "PNG",
      "src/f.woff2": "FONT",
    });
    const bundle = await app.good("web/app.ts");
    const { mount } = await run(bundle) as { mount(): Record<string, string> };
    expect(mount()).toMatchObject({ data: { n: 1 }, n: 1, plain: "text", text: "# mark" });
    for (const [key, content] of [["picture", "PNG"], ["font", "FONT"], ["url", "text"]]) {
      const address = mount()[key];
      expect(address).toMatch(/^\/web\/__assets__\/[a-z]-[a-z0-9]+\.[a-z0-9]+$/);
      const served = bundle.files.get(address.slice("/web/__assets__/".length));
      expect(new TextDecoder().decode(served as Uint8Array)).toBe(content);
    }
  });

  test("of TOML, YAML and JSON with comments", async () => {
    app = new BundledApp({
      "web/app.ts": `import a from "../src/a.toml"; import b from "../src/b.yaml"; import c from "../src/c.jsonc";
        export const mount = () => [a.n, b.n, c.n];`,
      "src/a.toml": "n = 1",
      "src/b.yaml": "n: 2",
      "src/c.jsonc": `{ "n": 3, /* three */ }`,
    });
    const { mount } = await run(await app.good("web/app.ts")) as { mount(): unknown };
    expect(mount()).toEqual([1, 2, 3]);
  });

  test("of stylesheets: @import, url() and modules, whose names differ from file to file", async () => {
    app = new BundledApp({
      "web/app.ts":
        `import "../src/a.css"; import one from "../src/one.module.css"; import two from "../src/two.module.css";
        export const mount = () => [one.title, two.title];`,
      "src/a.css": `@import "./deep/base.css"; .a { background: url("./big.png") }`,
      "src/deep/base.css": `.base { color: red }`,
      "src/one.module.css": `.title { color: red }`,
      "src/two.module.css": `.title { color: blue; -webkit-app-region: drag }`,
      "src/big.png": new Uint8Array(200_000),
    });
    const bundle = await app.good("web/app.ts");
    const { mount } = await run(bundle) as { mount(): string[] };
    const [one, two] = mount();
    expect(one).not.toBe(two);
    for (const name of [one, two]) expect(bundle.style).toContain(`.${name} {`);
    expect(bundle.style).toContain(".base {");
    expect(bundle.style).toContain("--ks-app-region");
    const picture = /url\("\/web\/__assets__\/(big-\w+\.png)"\)/.exec(bundle.style ?? "")?.[1] ?? "";
    expect((bundle.files.get(picture) as Uint8Array).length).toBe(200_000);
    for (const name of ["a.css", "deep/base.css", "one.module.css", "big.png"]) {
      expect([...bundle.inputs]).toContain(join(app.root, "src", name));
    }
  });
});

describe("dynamic imports", () => {
  const FILES = {
    "web/app.ts": `import { shared } from "../src/shared"; import "../src/app.css";
      export const mount = async () => [shared, (await import("../src/lazy")).lazy()];`,
    "src/app.css": ".app { color: red }",
    "src/shared.ts": `export const shared = "SHARED TEXT";`,
    "src/lazy.ts": `import { shared } from "./shared"; import "./lazy.css";

export function lazy(): string { throw new Error(shared + "LAZY TEXT"); }`,
    "src/lazy.css": ".lazy { color: blue }",
  };

  test("become chunks, and what both use is in none twice", async () => {
    app = new BundledApp(FILES);
    const bundle = await app.good("web/app.ts");
    const scripts = [
      bundle.script,
      ...[...bundle.files].filter(([name]) => name.endsWith(".js")).map(([, text]) => text),
    ];
    for (const text of ["SHARED TEXT", "LAZY TEXT"]) {
      expect(scripts.filter((script) => String(script).includes(text))).toHaveLength(1);
    }
    expect(bundle.script).not.toContain("LAZY TEXT");
    const [name] = file(bundle, /^lazy-\w+\.js$/);
    expect(bundle.script).toContain(`import("/web/__assets__/${name}")`);
    expect([...bundle.inputs]).toContain(join(app.root, "src/lazy.ts"));
  });

  test("have their styles in the component's stylesheet", async () => {
    app = new BundledApp(FILES);
    const bundle = await app.good("web/app.ts");
    expect(bundle.style).toContain(".lazy");
    expect([...bundle.files.keys()].filter((name) => name.endsWith(".css"))).toEqual([]);
  });

  test("change the script's hash when their code changes, and not for a comment or a style", async () => {
    app = new BundledApp(FILES);
    const before = await app.good("web/app.ts");
    app.write("src/lazy.ts", `// a comment\n${FILES["src/lazy.ts"]}`);
    app.write("src/lazy.css", ".lazy { color: green }");
    const styled = await app.good("web/app.ts");
    expect([styled.scriptHash, styled.styleHash === before.styleHash]).toEqual([before.scriptHash, false]);
    expect(styled.build).not.toBe(before.build);
    app.write("src/lazy.ts", FILES["src/lazy.ts"].replace("LAZY", "OTHER"));
    expect((await app.good("web/app.ts")).scriptHash).not.toBe(before.scriptHash);
  });

  for (const development of [true, false]) {
    test(`have maps to lines of TypeScript, ${development ? "in development" : "without sources when packaged"}`, async () => {
      app = new BundledApp(FILES);
      const bundle = await app.good("web/app.ts", { development });
      const [name, text] = file(bundle, /^lazy-\w+\.js$/);
      const [, mapText] = file(bundle, /^lazy-\w+\.js\.map$/);
      const map = JSON.parse(mapText) as SourceMap & { sourcesContent?: string[] };
      const lines = text.split("\n");
      const line = lines.findIndex((one) => one.includes("throw")) + 1;
      const [position] = originalPositions(map, [{ line, column: (lines[line - 1] ?? "").indexOf("throw") + 1 }]);
      expect([position?.source, position?.line]).toEqual(["/src/lazy.ts", 3]);
      expect(map.sourcesContent !== undefined).toBe(development);
      expect(text.includes(`sourceMappingURL=/web/__assets__/${name}.map`)).toBe(development);
      expect(mapText.includes("LAZY TEXT")).toBe(development);
    });
  }
});

describe("JSX", () => {
  const JSX = "export const mount = () => <p>1</p>;";
  const runtime = (name: string) =>
    `export const jsx = (...a) => ["${name}", ...a]; export const jsxs = jsx, jsxDEV = jsx;`;
  const library = (name: string) => ({
    [`node_modules/${name}/package.json`]: `{"name": "${name}", "type": "module"}`,
    [`node_modules/${name}/jsx-runtime.js`]: runtime(`${name} production`),
    [`node_modules/${name}/jsx-dev-runtime.js`]: runtime(`${name} development`),
  });
  const cases: [what: string, files: Record<string, string>, entry: string, expected: string][] = [
    ["is React's by default", {}, JSX, "react development"],
    [
      "is what tsconfig.json says",
      { "tsconfig.json": `{"compilerOptions": {"jsx": "react-jsx", "jsxImportSource": "preact"}}` },
      JSX,
      "preact development",
    ],
    ["is what the file says", {}, `/** @jsxImportSource preact */\n${JSX}`, "preact development"],
    [
      "calls a function, where tsconfig.json names one",
      { "tsconfig.json": `{"compilerOptions": {"jsx": "react", "jsxFactory": "h"}}` },
      `const h = (...a) => ["own", ...a];\n${JSX}`,
      "own",
    ],
    [
      "calls a function, where the file names one",
      {},
      `/** @jsxRuntime classic */\n/** @jsx h */\nconst h = (...a) => ["own", ...a];\n${JSX}`,
      "own",
    ],
  ];
  for (const [what, files, entry, expected] of cases) {
    test(what, async () => {
      app = new BundledApp({ ...library("react"), ...library("preact"), ...files, "web/app.tsx": entry });
      const { mount } = await run(await app.good("web/app.tsx")) as { mount(): unknown[] };
      expect(mount()[0]).toBe(expected);
    });
  }

  test("is the library's for production when packaged", async () => {
    app = new BundledApp({ ...library("react"), "web/app.tsx": JSX });
    const { mount } = await run(await app.good("web/app.tsx", { development: false })) as { mount(): unknown[] };
    expect(mount()[0]).toBe("react production");
  });

  test("packages may offer different code for development and for production", async () => {
    app = new BundledApp({
      "web/app.ts": `import which from "pack"; export const mount = () => which;`,
      "node_modules/pack/package.json":
        `{"name": "pack", "exports": {"development": "./dev.js", "production": "./prod.js", "default": "./neither.js"}}`,
      "node_modules/pack/dev.js": `export default "dev"`,
      "node_modules/pack/prod.js": `export default "prod"`,
      "node_modules/pack/neither.js": `export default "neither"`,
    });
    for (const [development, expected] of [[true, "dev"], [false, "prod"]] as const) {
      const { mount } = await run(await app.good("web/app.ts", { development })) as { mount(): unknown };
      expect(mount()).toBe(expected);
    }
  });
});

describe("the environment", () => {
  const ENTRY = `export const mount = () => ({
    mode: process.env.NODE_ENV, shown: process.env.KEYSTONE_PUBLIC_API, secret: process.env.SECRET_KEY,
    computed: process.env["SECRET" + "_KEY"], all: { ...process.env }, token: process.env.KEYSTONE_SESSION_TOKEN,
    meta: { ...import.meta.env }, metaShown: import.meta.env.KEYSTONE_PUBLIC_API, metaSecret: import.meta.env.SECRET_KEY,
    branch: process.env.NODE_ENV === "production" ? "PRODUCTION BRANCH" : "DEVELOPMENT BRANCH",
  });`;
  const variables = {
    SECRET_KEY: "s3cret-value",
    KEYSTONE_SESSION_TOKEN: "t0ken-value",
    KEYSTONE_PUBLIC_API: `a "quoted" value`,
    "KEYSTONE_PUBLIC_BAD-NAME": "bad-value",
  };

  for (const development of [true, false]) {
    test(`shows the mode and public variables alone, ${development ? "in development" : "packaged"}`, async () => {
      app = new BundledApp({ "web/app.ts": ENTRY });
      const bundle = await app.good("web/app.ts", { development, variables });
      const { mount } = await run(bundle) as { mount(): Record<string, unknown> };
      const mode = development ? "development" : "production";
      const shown = { NODE_ENV: mode, KEYSTONE_PUBLIC_API: `a "quoted" value` };
      expect(mount()).toEqual({
        mode,
        shown: `a "quoted" value`,
        secret: undefined,
        computed: undefined,
        all: shown,
        token: undefined,
        meta: { ...shown, MODE: mode, DEV: development, PROD: !development },
        metaShown: `a "quoted" value`,
        metaSecret: undefined,
        branch: development ? "DEVELOPMENT BRANCH" : "PRODUCTION BRANCH",
      });
      expect(bundle.script).not.toMatch(/s3cret|t0ken|bad-value/);
      expect(bundle.script).not.toContain(development ? "PRODUCTION BRANCH" : "DEVELOPMENT BRANCH");
    });
  }
});

test("an entry that is a directory, or not there, is a failure that says so", async () => {
  app = new BundledApp({ "web/apple.ts": "" });
  mkdirSync(join(app.root, "web/app.ts"));
  expect(await app.complaints("web/app.ts")).toContain("is not there");
  expect(await app.complaints("web/appel.ts")).toContain("Did you mean");
});
