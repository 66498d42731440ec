import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, unlinkSync } from "node:fs";
import { App } from "../testing/app.ts";
import type { PageClient } from "../testing/page-client.ts";

const FILES = {
  "keystone.config.ts": `export default { watch: { debounceMs: 20 }, web: { components: { far: "src/far.ts" } } };`,
  "web/app.ts":
    `import "./app.css"; import { name } from "../src/deep/name"; import logo from "./logo.svg"; import data from "./data.json";
    export function mount(root: HTMLElement) { root.textContent = name + logo + data.n; }`,
  "web/app.css": "@import './base.css'; .a { color: red }",
  "web/base.css": ".b { color: red }",
  "web/logo.svg": "<svg>1</svg>",
  "web/data.json": `{"n": 1}`,
  "web/other.ts":
    `import { name } from "../src/deep/name"; export function mount(root: HTMLElement) { root.textContent = "other" + name; }`,
  "web/lone.ts": `export function mount() { return "lone"; }`,
  "src/deep/name.ts": `export const name = "first";`,
  "src/far.ts": `export function mount() { return "far"; }`,
};

let app: App;
let page: PageClient;

async function start(files: Record<string, string> = FILES): Promise<void> {
  app = await App.start(files);
  page = await app.openPage("1");
  for (const name of ["app", "other", "lone", "far"]) await (await app.fetch(`/web/${name}.js`)).text();
}

/** What pages were told about components, after something that is told for certain. */
async function toldUntil(component: string): Promise<string[]> {
  await page.next("__hmr__", (message) => message.component === component);
  return page.messages.all.filter((message) => message.type === "__hmr__").map(({ component, kind }) =>
    `${component}:${kind}`
  );
}

afterEach(async () => {
  page.close();
  await app.dispose();
});

describe("saving a file", () => {
  test("rebuilds exactly the components that import it", async () => {
    await start();
    app.write("src/deep/name.ts", `export const name = "second";`);
    await page.next("__hmr__", ({ component }) => component === "other");
    const swap = await page.next("__hmr__", ({ component }) => component === "app");
    expect(swap).toMatchObject({ kind: "js", css: expect.stringMatching(/^\/web\/app\.css\?t=\w+$/) });
    expect(swap.url).toBe(`/web/app.js?t=${swap.hash}`);
    expect(await (await app.fetch(swap.url)).text()).toContain("second");
    expect(await app.messages.next((message) => message.type === "hmr")).toMatchObject({ kind: "js" });
    app.write("web/lone.ts", `export function mount() { return "changed"; }`);
    expect((await toldUntil("lone")).sort()).toEqual(["app:js", "lone:js", "other:js"]);
  });

  test("of a stylesheet, an imported one too, swaps the stylesheet alone", async () => {
    await start();
    app.write("web/base.css", ".b { color: green; -webkit-app-region: drag }");
    const swap = await page.next("__hmr__");
    expect(swap).toMatchObject({ component: "app", kind: "css" });
    const css = await (await app.fetch(swap.css ?? "")).text();
    expect(css).toContain("green");
    expect(css).toContain("--ks-app-region:drag");
    expect(await app.messages.next((message) => message.type === "hmr")).toEqual({
      type: "hmr",
      component: "app",
      kind: "css",
    });
  });

  test("of an imported picture or JSON file swaps the script", async () => {
    await start();
    app.write("web/logo.svg", "<svg>2</svg>");
    const swap = await page.next("__hmr__");
    expect(swap).toMatchObject({ component: "app", kind: "js" });
    const script = await (await app.fetch(swap.url)).text();
    const asset = /\/web\/__assets__\/[\w.-]+/.exec(script)?.[0] ?? "";
    const picture = await app.fetch(asset);
    expect([await picture.text(), picture.headers.get("content-type")]).toEqual(["<svg>2</svg>", "image/svg+xml"]);
    app.write("web/data.json", `{"n": 77}`);
    expect(await (await app.fetch((await page.next("__hmr__")).url)).text()).toContain("77");
  });

  test("of an explicit component outside of web/ is seen, and so is an atomic save", async () => {
    await start();
    app.writeAtomically("src/far.ts", `export function mount() { return "nearer"; }`);
    const swap = await page.next("__hmr__");
    expect(swap.component).toBe("far");
    expect(await (await app.fetch(swap.url)).text()).toContain("nearer");
  });

  test("without a change of the bundle says nothing", async () => {
    await start();
    app.write("web/lone.ts", `// a comment\n${FILES["web/lone.ts"]}`);
    app.write("web/app.css", FILES["web/app.css"]);
    app.write("src/far.ts", `export function mount() { return "sentinel"; }`);
    expect(await toldUntil("far")).toEqual(["far:js"]);
  });

  test("of a file outside of the bun root is seen", async () => {
    await start({
      ...FILES,
      "../shared/x.ts": `export const x = "x1";`,
      "web/lone.ts": `import { x } from "../../shared/x"; export const mount = () => x;`,
    });
    // The watch of a foreign directory begins once the bundle is there; another save shows that it is.
    app.write("web/lone.ts", `import { x } from "../../shared/x"; export const mount = () => x + 1;`);
    await page.next("__hmr__");
    app.write("../shared/x.ts", `export const x = "x2";`);
    expect(await (await app.fetch((await page.next("__hmr__")).url)).text()).toContain("x2");
  });

  test("many times in a row ends with the last version", async () => {
    await start();
    for (let count = 0; count <= 60; count++) {
      app.write("web/lone.ts", `export function mount() { return "version ${count} end"; }`);
      await Bun.sleep(count % 4);
    }
    for (;;) {
      const swap = await page.next("__hmr__");
      if ((await (await app.fetch(swap.url)).text()).includes("version 60 end")) break;
    }
  });
});

describe("a broken file", () => {
  test("is told with its place, and its mending is told too, even back to what it was", async () => {
    await start();
    app.write("src/deep/name.ts", `export const name = ;\n`);
    const failure = await page.next("__hmr_error__", ({ component }) => component === "app");
    expect(failure.errors[0]).toMatchObject({
      file: "src/deep/name.ts",
      line: 1,
      column: 21,
      lineText: "export const name = ;",
    });
    const answer = await app.fetch("/web/app.js");
    expect([answer.status, await answer.json()]).toEqual([500, { errors: failure.errors }]);
    app.write("src/deep/name.ts", FILES["src/deep/name.ts"]);
    await page.next("__hmr__", ({ component }) => component === "app");
    expect((await app.fetch("/web/app.js")).status).toBe(200);
  });

  test("that lacks an import is mended by creating what it imports", async () => {
    await start({ ...FILES, "web/lone.ts": `import { v } from "../src/new/v"; export const mount = () => v;` });
    const answer = await app.fetch("/web/lone.js");
    expect(answer.status).toBe(500);
    expect(JSON.stringify(await answer.json())).toContain("../src/new/v");
    app.write("src/new/v.ts", `export const v = "made";`);
    const swap = await page.next("__hmr__", ({ component }) => component === "lone");
    expect(await (await app.fetch(swap.url)).text()).toContain("made");
  });

  test("a deleted import fails, and its return mends", async () => {
    await start();
    unlinkSync(app.path("src/deep/name.ts"));
    await page.next("__hmr_error__", ({ component }) => component === "app");
    app.write("src/deep/name.ts", `export const name = "back";`);
    expect(await (await app.fetch((await page.next("__hmr__", ({ component }) => component === "app")).url)).text())
      .toContain("back");
  });

  test("a moved directory comes back", async () => {
    await start();
    renameSync(app.path("src/deep"), app.path("src/gone"));
    await page.next("__hmr_error__", ({ component }) => component === "other");
    renameSync(app.path("src/gone"), app.path("src/deep"));
    await page.next("__hmr__", ({ component }) => component === "other");
    app.write("src/deep/name.ts", `export const name = "third";`);
    const swap = await page.next("__hmr__", ({ component }) => component === "other");
    expect(await (await app.fetch(swap.url)).text()).toContain("third");
  });
});

describe("components", () => {
  test("come and go with their files", async () => {
    await start();
    app.write("web/fresh.tsx", `export function mount() { return "fresh"; }`);
    const more = await app.messages.next((message) => message.type === "components");
    expect(JSON.stringify(more)).toContain(`"name":"fresh","url":"/web/fresh.js"`);
    expect(await (await app.fetch("/web/fresh.js")).text()).toContain("fresh");
    rmSync(app.path("web/fresh.tsx"));
    const fewer = await app.messages.next((message) => message.type === "components");
    expect(JSON.stringify(fewer)).not.toContain("fresh");
    expect((await app.fetch("/web/fresh.js")).status).toBe(404);
  });

  test("an explicit entry wins over a file, and one that is missing names the nearest", async () => {
    await start({
      ...FILES,
      "keystone.config.ts":
        `export default { watch: { debounceMs: 20 }, web: { components: { lone: "src/far.ts", lost: "src/faar.ts" } } };`,
    });
    expect(await (await app.fetch("/web/lone.js")).text()).toContain("far");
    const answer = await app.fetch("/web/lost.js");
    expect(answer.status).toBe(500);
    expect(await answer.text()).toContain('Did you mean \\"far.ts\\"?');
  });

  test("packages and data are not watched", async () => {
    await start();
    mkdirSync(app.path("node_modules/p"), { recursive: true });
    app.write("node_modules/p/index.ts", "");
    app.write("data/x.ts", "");
    app.write("src/far.ts", `export function mount() { return "sentinel"; }`);
    expect(await toldUntil("far")).toEqual(["far:js"]);
  });

  test("source maps in development; when packaged they hold positions alone, and scripts don't name them", async () => {
    await start();
    const script = await (await app.fetch("/web/app.js")).text();
    expect(script).toMatch(/\n\/\/# sourceMappingURL=\/web\/app\.js\.map\?t=\w+\n$/);
    expect(((await (await app.fetch("/web/app.js.map")).json()) as { sources: string[] }).sources.join()).toContain(
      "name.ts",
    );
    page.close();
    await app.dispose();
    app = await App.start(FILES, { KEYSTONE_MODE: "packaged" });
    expect(await (await app.fetch("/web/app.js")).text()).not.toContain("sourceMappingURL");
    const map = await (await app.fetch("/web/app.js.map")).json() as Record<string, unknown>;
    expect(Object.keys(map).sort()).toEqual(["mappings", "names", "sources", "version"]);
    expect(map.names).toEqual([]);
    expect(String(map.sources)).toContain("src/deep/name.ts");
  });

  test("the SDK stays outside of bundles, under its own name or the package's", async () => {
    await start({
      ...FILES,
      "web/lone.ts":
        `import { query } from "@keystone/sdk/bridge"; import { app } from "keystone-desktop/sdk/bridge"; export const mount = () => [query, app];`,
    });
    const script = await (await app.fetch("/web/lone.js")).text();
    expect(script.match(/from "@keystone\/sdk\/bridge"/g)).toHaveLength(2);
  });
});
