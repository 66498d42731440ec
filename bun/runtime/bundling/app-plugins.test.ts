import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import type { BundlerPlugin } from "../../sdk/config.ts";
import { BundledApp } from "../testing/bundled-app.ts";

let app: BundledApp;
afterEach(() => app.remove());

const ENTRY = `import words from "../src/a.words"; export const mount = () => words;`;
const FILES = { "web/app.ts": ENTRY, "src/a.words": "one two" };

/** A file of words is a module with a list of them. */
const SOURCE = (name: string) =>
  `{
  name: ${JSON.stringify(name)},
  setup(build) {
    build.onLoad({ filter: /\\.words$/ }, async ({ path }) => ({
      contents: "export default " + JSON.stringify((await Bun.file(path).text()).split(" ")),
      loader: "js",
    }));
  },
}`;

const broken = (setup: BundlerPlugin["setup"]): BundlerPlugin => ({ name: "broken", setup });

test("a plugin as it is, a file of the app, a package, and a function that makes one", async () => {
  app = new BundledApp({
    ...FILES,
    "plugins/words.ts": `export default ${SOURCE("a file")};`,
    "node_modules/bun-plugin-words/package.json": `{"name": "bun-plugin-words", "main": "index.js"}`,
    "node_modules/bun-plugin-words/index.js": `export default (options = {}) => (${SOURCE("a function")});`,
  });
  const inline: BundlerPlugin = {
    name: "inline",
    setup(build) {
      build.onLoad({ filter: /\.words$/ }, () => ({ contents: `export default ["one", "two"]`, loader: "js" }));
    },
  };
  for (const plugin of [inline, "./plugins/words.ts", "bun-plugin-words"]) {
    const bundle = await app.good("web/app.ts", { plugins: [plugin] });
    expect(bundle.script.replace(/\s+/g, "")).toContain(`["one","two"]`);
    expect([...bundle.inputs]).toContain(join(app.root, "src/a.words"));
  }
});

test("the first plugin that takes a file has it, also before what is built in", async () => {
  app = new BundledApp({
    "web/app.ts": `import A from "../src/A.svelte"; export const mount = () => A;`,
    "src/A.svelte": "",
  });
  const plugin = (contents: string): BundlerPlugin => ({
    name: contents,
    setup: (build) => void build.onLoad({ filter: /\.svelte$/ }, () => ({ contents, loader: "js" })),
  });
  const plugins = [plugin(`export default "mine"`), plugin(`export default "later"`)];
  expect((await app.good("web/app.ts", { plugins })).script).toContain(`"mine"`);
});

test("what a plugin throws is an error of the build that names it, what it did and where", async () => {
  app = new BundledApp(FILES);
  const here = /app-plugins\.test\.ts:\d+:\d+/;
  const complaints = (plugin: BundlerPlugin) => app.complaints("web/app.ts", { plugins: [plugin] });

  const setup = await complaints(broken(() => {
    throw new Error("no licence");
  }));
  expect(setup).toStartWith(`plugin "broken" failed in setup: no licence`);
  expect(setup).toMatch(here);

  expect(await complaints(broken(() => Promise.reject(new Error("later"))))).toContain(
    `plugin "broken" failed in setup: later`,
  );

  const load = await complaints(broken((build) =>
    void build.onLoad({ filter: /\.words$/ }, () => {
      throw new TypeError("not words");
    })
  ));
  expect(load).toStartWith(`plugin "broken" failed in onLoad of ${join(app.root, "src/a.words")}: not words`);
  expect(load).toMatch(here);

  const resolve = broken((build) => void build.onResolve({ filter: /\.words$/ }, () => Promise.reject("just text")));
  expect(await complaints(resolve)).toBe(`plugin "broken" failed in onResolve of ../src/a.words: just text`);
});

test("a module that can't be loaded or exports no plugin is named, and tried again", async () => {
  app = new BundledApp({
    ...FILES,
    "plugins/not.ts": `export default 5;`,
    "plugins/bad.ts": `throw new Error("evaluated");`,
  });
  const complaints = (plugin: string) => app.complaints("web/app.ts", { plugins: [plugin] });
  expect(await complaints("bun-plugin-none")).toContain(`web.plugins: "bun-plugin-none" can't be loaded`);
  expect(await complaints("./plugins/bad.ts")).toContain("evaluated");
  expect(await complaints("./plugins/not.ts")).toContain(`"./plugins/not.ts" exports no Bun plugin by default`);
});

test("a file that no plugin takes and nothing here compiles is a complaint that says what to do", async () => {
  app = new BundledApp({
    "web/app.ts": `import A from "../src/A.vue"; export const mount = () => A;`,
    "src/A.vue": "<template/>",
  });
  expect(await app.complaints("web/app.ts")).toContain("nothing here compiles .vue files; name a Bun plugin that does");
});
