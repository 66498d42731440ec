import { afterEach, describe, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { App } from "../testing/app.ts";
import type { PageClient } from "../testing/page-client.ts";

const CONFIG = `export default { watch: { debounceMs: 20 } };`;
const FILES = {
  "keystone.config.ts": CONFIG,
  "web/app.ts":
    `import "./app.css"; import { text } from "../src/text"; export function mount(root: HTMLElement) { root.textContent = text; }`,
  "web/app.css": ".a { color: red }",
  "web/other.ts": `export function mount() { return "other"; }`,
  "src/text.ts": `export const text = "one";`,
};

let app: App;
afterEach(() => app.dispose());

/** The build that a page runs which loads the component now. */
async function buildOf(name: string): Promise<string> {
  const script = await (await app.fetch(`/web/${name}.js`)).text();
  return /export const __keystoneBuild = "([\w-]+)";/.exec(script)?.[1] ?? "";
}

/** Changes a file and waits until everybody who is there was told. */
async function change(witness: PageClient, path: string, content: string): Promise<void> {
  app.write(path, content);
  await witness.next("__hmr__");
}

describe("a page that was away", () => {
  test("gets what changed meanwhile, and nothing else", async () => {
    app = await App.start(FILES);
    const builds = { app: await buildOf("app"), other: await buildOf("other") };
    const witness = await app.openPage();
    await change(witness, "src/text.ts", `export const text = "two";`);
    const page = await app.openPage();
    page.send({ type: "builds", components: builds });
    const swap = await page.next("__hmr__");
    expect(swap).toMatchObject({ component: "app", kind: "js" });
    expect(await (await app.fetch(swap.url)).text()).toContain("two");
    expect(swap.build).toBe(await buildOf("app"));
    page.send({ type: "builds", components: { app: swap.build, other: builds.other } });
    await page.settle();
    expect(page.messages.all.filter(({ type }) => type === "__hmr__")).toHaveLength(1);
  });

  test("gets a stylesheet alone where nothing else changed", async () => {
    app = await App.start(FILES);
    const before = await buildOf("app");
    const witness = await app.openPage();
    await change(witness, "web/app.css", ".a { color: green }");
    const page = await app.openPage();
    page.send({ type: "builds", components: { app: before } });
    const swap = await page.next("__hmr__");
    expect(swap).toMatchObject({ component: "app", kind: "css", css: expect.stringContaining("/web/app.css?t=") });
  });

  test("gets a component that it could not load, and the fault of one that can't be built", async () => {
    app = await App.start({ ...FILES, "web/broken.ts": `import "./none";` });
    const page = await app.openPage();
    page.send({ type: "builds", components: { other: "", broken: "before" } });
    expect(await page.next("__hmr__")).toMatchObject({ component: "other", kind: "js" });
    expect((await page.next("__hmr_error__")).errors[0]).toMatchObject({ file: "web/broken.ts", line: 1 });
  });

  test("is told when Bun was started anew, though nothing was built there yet", async () => {
    app = await App.start(FILES);
    const builds = { app: await buildOf("app"), other: await buildOf("other") };
    app.endInput();
    await app.exited;
    app.write("src/text.ts", `export const text = "while Bun was away";`);
    await app.launchUntilReady();
    const page = await app.openPage();
    page.send({ type: "builds", components: builds });
    const swap = await page.next("__hmr__");
    expect(await (await app.fetch(swap.url)).text()).toContain("while Bun was away");
    await page.settle();
    expect(page.messages.all.filter(({ type }) => type.startsWith("__hmr"))).toHaveLength(1);
  });

  test("may ask for anything: nonsense is refused, unknown components are passed over", async () => {
    app = await App.start(FILES);
    const page = await app.openPage();
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`c${index}`, ""]));
    for (
      const components of [
        undefined,
        null,
        5,
        "app",
        ["app"],
        { app: 5 },
        { "../x": "" },
        { app: "x".repeat(65) },
        many,
      ]
    ) {
      page.send(JSON.stringify({ type: "builds", components }));
      expect((await page.next("error")).error.code).toBe("BAD_REQUEST");
    }
    page.send({ type: "builds", components: { none: "x", constructor: "", __proto__: "" } as Record<string, string> });
    await page.settle();
  });

  test("hears nothing when packaged, where builds have no names", async () => {
    app = await App.start(FILES, { KEYSTONE_MODE: "packaged" });
    expect(await buildOf("app")).toBe("");
    const page = await app.openPage();
    page.send({ type: "builds", components: { app: "" } });
    await page.settle();
    expect(page.messages.all.map(({ type }) => type)).not.toContain("__hmr__");
  });
});

test("a page that still runs the version before gets the source map of that", async () => {
  app = await App.start(FILES);
  const mapOf = async (script: string) => {
    const address = /sourceMappingURL=(\S+)/.exec(script)?.[1] ?? "";
    return (await (await app.fetch(address)).json() as { sourcesContent: string[] }).sourcesContent.join();
  };
  const before = await (await app.fetch("/web/app.js")).text();
  const witness = await app.openPage();
  await change(witness, "src/text.ts", `export const text = "two";`);
  await change(witness, "web/app.css", ".a { color: green }");
  expect(await mapOf(before)).toContain(`text = "one"`);
  expect(await mapOf(await (await app.fetch("/web/app.js")).text())).toContain(`text = "two"`);
  app.write("src/text.ts", "export const text = ;");
  await witness.next("__hmr_error__");
  expect((await app.fetch("/web/app.js.map")).status).toBe(200);
});

describe("chunks", () => {
  const LAZY = (text: string) => `export const lazy = () => "${text}";`;
  const FILES = {
    "keystone.config.ts": CONFIG,
    "web/app.ts": `export const mount = () => import("../src/lazy");`,
    "web/second.ts": `export const mount = () => import("../src/lazy");`,
    "web/other.ts": `export const mount = () => 1;`,
    "src/lazy.ts": LAZY("version 0"),
  };
  const chunkOf = async (name: string) =>
    /"(\/web\/__assets__\/lazy-\w+\.js)"\)/.exec(await (await app.fetch(`/web/${name}.js`)).text())?.[1] ?? "";

  test("that change swap the components that may load them, and are freed two builds later", async () => {
    app = await App.start(FILES);
    const page = await app.openPage();
    const chunks = [await chunkOf("app"), await chunkOf("second")];
    expect(chunks[0]).toBe(chunks[1]);
    await (await app.fetch("/web/other.js")).text();
    for (let version = 1; version <= 5; version++) {
      app.write("src/lazy.ts", LAZY(`version ${version}`));
      const swaps = [await page.next("__hmr__"), await page.next("__hmr__")];
      expect(swaps.map(({ component }) => component).sort()).toEqual(["app", "second"]);
      chunks.push(await chunkOf("app"));
    }
    const statuses = await Promise.all(chunks.slice(1).map(async (chunk) => (await app.fetch(chunk)).status));
    expect(statuses).toEqual([404, 404, 404, 404, 200, 200]);
    const last = await app.fetch(chunks.at(-1) ?? "");
    expect([await last.text(), last.headers.get("content-type"), last.headers.get("cache-control")]).toEqual([
      expect.stringContaining("version 5"),
      "text/javascript; charset=utf-8",
      expect.stringContaining("immutable"),
    ]);
    expect((await app.fetch(`${chunks.at(-1)}.map`)).headers.get("cache-control")).toBe("no-cache");
  });

  test("of a component that is gone are gone with it", async () => {
    app = await App.start({ ...FILES, "web/second.ts": `export const mount = () => 2;` });
    const page = await app.openPage();
    const chunk = await chunkOf("app");
    expect((await app.fetch(chunk)).status).toBe(200);
    rmSync(app.path("web/app.ts"));
    await page.next("__hmr_error__");
    expect((await app.fetch(chunk)).status).toBe(404);
  });
});
