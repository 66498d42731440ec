import { afterEach, describe, expect, test } from "bun:test";
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { App } from "../testing/app.ts";
import type { PageClient } from "../testing/page-client.ts";

const CONFIG = `export default { watch: { debounceMs: 20 } };`;
const component = (text: string) => `export function mount() { return "${text}"; }`;

let app: App;
let page: PageClient;

async function start(files: Record<string, string>, requested: readonly string[]): Promise<void> {
  app = await App.start({ "keystone.config.ts": CONFIG, ...files });
  page = await app.openPage();
  for (const name of requested) await (await app.fetch(`/web/${name}.js`)).text();
}

afterEach(async () => {
  page.close();
  await app.dispose();
});

const textOf = async (path: string) => await (await app.fetch(path)).text();

describe("a component's file", () => {
  test("that goes is told to pages that show it; when it returns they get it", async () => {
    await start({ "web/app.ts": component("one") }, ["app"]);
    rmSync(app.path("web/app.ts"));
    const gone = await page.next("__hmr_error__");
    expect(gone.errors[0]?.message).toContain(`the file of component "app" is gone`);
    app.write("web/app.ts", component("two"));
    const swap = await page.next("__hmr__");
    expect(swap).toMatchObject({ component: "app", kind: "js" });
    expect(await textOf(swap.url)).toContain("two");
  });

  test("that a page asked for in vain is told to it when it comes", async () => {
    await start({ "web/app.ts": component("one") }, ["app"]);
    expect((await app.fetch("/web/late.js")).status).toBe(404);
    for (let nonsense = 0; nonsense < 1100; nonsense++) await app.fetch(`/web/%20${nonsense}.js`);
    app.write("web/late.ts", component("here at last"));
    const swap = await page.next("__hmr__");
    expect([swap.component, await textOf(swap.url)]).toEqual(["late", expect.stringContaining("here at last")]);
  });

  test("that is renamed is a component of that name, and none of the old one", async () => {
    await start({ "web/old.ts": component("it") }, []);
    renameSync(app.path("web/old.ts"), app.path("web/new.tsx"));
    const list = await app.messages.next((message) =>
      message.type === "components" && message.components.some(({ name }) => name === "new")
    );
    expect(JSON.stringify(list)).not.toContain(`"old"`);
    expect(await textOf("/web/new.js")).toContain("it");
    expect((await app.fetch("/web/old.js")).status).toBe(404);
  });

  test("that changes its ending is rebuilt from the new file", async () => {
    await start({ "web/app.ts": component("plain") }, ["app"]);
    writeFileSync(app.path("web/app.tsx"), component("with JSX"));
    rmSync(app.path("web/app.ts"));
    for (;;) if ((await textOf((await page.next("__hmr__")).url)).includes("with JSX")) break;
  });
});

describe("symbolic links", () => {
  test("the web directory may be one, to a place outside: changes and new files are seen", async () => {
    app = App.create({ "keystone.config.ts": CONFIG, "../elsewhere/.keep": "" });
    symlinkSync(app.path("../elsewhere"), app.path("web"));
    await app.launchUntilReady();
    page = await app.openPage();
    app.write("../elsewhere/app.ts", component("one"));
    await app.messages.next((message) => message.type === "components");
    expect(await textOf("/web/app.js")).toContain("one");
    app.write("../elsewhere/app.ts", component("two"));
    expect(await textOf((await page.next("__hmr__")).url)).toContain("two");
  });

  test("so may a directory that components import from", async () => {
    app = App.create({
      "keystone.config.ts": CONFIG,
      "web/app.ts": `import { text } from "../src/shared/text"; export const mount = () => text;`,
      "../shared/text.ts": `export const text = "one";`,
    });
    mkdirSync(app.path("src"));
    symlinkSync(app.path("../shared"), app.path("src/shared"));
    await app.launchUntilReady();
    page = await app.openPage();
    expect(await textOf("/web/app.js")).toContain("one");
    app.writeAtomically("../shared/text.ts", `export const text = "two";`);
    expect(await textOf((await page.next("__hmr__")).url)).toContain("two");
  });

  test("and the whole app", async () => {
    app = App.create({ "keystone.config.ts": CONFIG, "web/app.ts": component("one") });
    const link = `${dirname(app.root)}/link`;
    symlinkSync(app.root, link);
    await app.launchUntilReady({ KEYSTONE_APP_ROOT: link });
    page = await app.openPage();
    expect(await textOf("/web/app.js")).toContain("one");
    app.write("web/app.ts", component("two"));
    expect(await textOf((await page.next("__hmr__")).url)).toContain("two");
    app.write("web/app.ts", component("three"));
    expect(await textOf((await page.next("__hmr__")).url)).toContain("three");
    expect(page.messages.all.filter(({ type }) => type === "__hmr__")).toHaveLength(2);
  });
});

describe("builds", () => {
  /** Holds the bundler up where a file says so: it has read the source, and goes on when `gate` is there. */
  const HELD = `export default { watch: { debounceMs: 20 }, web: { plugins: [{
    name: "held",
    setup(build) {
      build.onLoad({ filter: /held\\.ts$/ }, async ({ path }) => {
        const contents = await Bun.file(path).text();
        console.log("held", contents);
        while (!(await Bun.file(path + ".gate").exists())) await Bun.sleep(2);
        return { contents, loader: "ts" };
      });
    },
  }] } };`;

  test("that a save overtakes end with what was saved", async () => {
    app = await App.start({
      "keystone.config.ts": HELD,
      "web/app.ts": `import { text } from "../src/held"; export const mount = () => text;`,
      "src/held.ts": `export const text = "one";`,
    });
    page = await app.openPage();
    const asked = textOf("/web/app.js");
    await app.log(/held .*"one"/);
    app.write("src/held.ts", `export const text = "two";`);
    app.write("src/held.ts.gate", "");
    expect(await asked).toContain("two");
  });

  test("are one for many files that are saved together", async () => {
    const names = Array.from({ length: 30 }, (_, index) => `part${index}`);
    const imports = names.map((name) => `import { value as ${name} } from "../src/${name}";`).join("\n");
    const parts = Object.fromEntries(names.map((name) => [`src/${name}.ts`, `export const value = 1;`]));
    await start({
      ...parts,
      // Long enough for thirty writes on a busy machine.
      "keystone.config.ts": `export default { watch: { debounceMs: 500 } };`,
      "web/app.ts": `${imports} export const mount = () => [${names.join()}];`,
      "web/last.ts": component("one"),
    }, ["app", "last"]);
    for (const name of names) app.write(`src/${name}.ts`, `export const value = 2;`);
    await page.next("__hmr__");
    app.write("web/last.ts", component("two"));
    await page.next("__hmr__", (message) => message.component === "last");
    expect(page.messages.all.filter((message) => message.type === "__hmr__" && message.component === "app"))
      .toHaveLength(1);
  });

  test("wait for the first request where no page has asked yet", async () => {
    const uses = `import { text } from "../src/text"; export const mount = () => text;`;
    await start({ "web/shown.ts": uses, "web/unseen.ts": uses, "src/text.ts": `export const text = "one";` }, [
      "shown",
    ]);
    app.write("src/text.ts", `export const text = "two";`);
    expect((await page.next("__hmr__")).component).toBe("shown");
    expect(await textOf("/web/unseen.js")).toContain("two");
    app.write("src/text.ts", `export const text = "three";`);
    expect([await page.next("__hmr__"), await page.next("__hmr__")].map((swap) => swap.component).sort()).toEqual([
      "shown",
      "unseen",
    ]);
    expect(page.messages.all.filter(({ type }) => type === "__hmr__")).toHaveLength(3);
  });

  test("ahead of requests stop after a while in an app of many components", async () => {
    const names = Array.from({ length: 60 }, (_, index) => `c${index + 10}`);
    const files = Object.fromEntries(names.map((name) => [`web/${name}.ts`, component(name)]));
    const slow = `export default { web: { plugins: [{
      name: "slow",
      setup(build) {
        build.onLoad({ filter: /web\\/c\\d+\\.ts$/ }, async ({ path }) => {
          console.log("loading", path);
          await Bun.sleep(40);
          return { contents: await Bun.file(path).text(), loader: "ts" };
        });
      },
    }] } };`;
    app = await App.start({ "keystone.config.ts": slow, ...files });
    page = await app.openPage();
    expect(await textOf("/web/c69.js")).toContain("c69");
    await app.log(/loading .*c69\.ts/);
    // Each later request finds no queue of builds before it.
    expect(await textOf("/web/c68.js")).toContain("c68");
    const loaded = app.messages.all.filter((message) =>
      message.type === "log" && message.message.startsWith("loading")
    );
    expect(loaded.length).toBeLessThan(30);
  });

  test("that fail for a plugin's sake say so, and are tried again", async () => {
    app = await App.start({
      "keystone.config.ts": `export default { watch: { debounceMs: 20 }, web: { plugins: ["./plugin.ts"] } };`,
      "web/app.ts": component("one"),
    });
    page = await app.openPage();
    const answer = await app.fetch("/web/app.js");
    expect([answer.status, await answer.text()]).toEqual([
      500,
      expect.stringContaining(`./plugin.ts\\" can't be loaded`),
    ]);
    app.write("plugin.ts", `export default { name: "late", setup() {} };`);
    expect(await textOf((await page.next("__hmr__")).url)).toContain("one");
  });
});
