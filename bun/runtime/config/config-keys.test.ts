// Every key of keystone.config.ts does what it says, in a real process. `security` has its own tests (pages, network).
import { afterEach, describe, expect, test } from "bun:test";
import type { ResolvedConfig } from "../../sdk/config.ts";
import type { ProcessEnvironment } from "../environment.ts";
import { App } from "../testing/app.ts";
import { loadConfig } from "./load-config.ts";

let app: App;
afterEach(() => app.dispose());

const config = (body: string) => ({ "keystone.config.ts": `export default ${body};` });
const component = (text: string) =>
  `export function mount(root: HTMLElement) { root.textContent = ${JSON.stringify(text)}; }`;
const service = (value: string) => `export const query = () => ${JSON.stringify(value)};`;
/** What host.ts is shown, which is what the runtime uses. */
const resolved = () => app.ask({ type: "invoke", channel: "config" }) as Promise<ResolvedConfig>;
const SHOWS = {
  "host.ts": `export const onBeforeStart = (ctx) => ctx.registerInvokeHandler("config", () => ctx.config);`,
};

test("without a file, all keys have their documented defaults", async () => {
  app = await App.start(SHOWS);
  expect(await resolved()).toMatchObject({
    services: { dir: "services", hotReload: true },
    web: { dir: "web", autoBundle: true, hotReload: true, preBuilt: false, components: {} },
    http: { enabled: true, hostname: "127.0.0.1" },
    watch: { extensions: [".ts", ".tsx", ".js", ".jsx"], debounceMs: 150 },
    health: { enabled: true, intervalMs: 30_000 },
    security: { mode: "auto", allowedActions: [], allowEval: "auto", networkMode: "open", networkEndpoints: [] },
  });
});

test("network keys are inherited from the host, unless the file says otherwise", async () => {
  const env = { KEYSTONE_NETWORK_MODE: "allowlist", KEYSTONE_NETWORK_ENDPOINTS: "api.example.com, *.other.org:8443" };
  app = await App.start(SHOWS, env);
  const endpoints = ["api.example.com", "*.other.org:8443"];
  expect((await resolved()).security).toMatchObject({ networkMode: "allowlist", networkEndpoints: endpoints });
});

describe("services", () => {
  test("dir moves the directory; the old one holds nothing, and nothing there is served", async () => {
    app = await App.start({
      ...config(`{ services: { dir: "src/back" }, watch: { debounceMs: 20 } }`),
      "src/back/a.ts": service("moved"),
      "src/back/style.css": "a {}",
      "services/b.ts": service("not here"),
    });
    expect(await app.query("a")).toBe("moved");
    expect(await app.query("b").catch(({ code }) => code)).toBe("NO_HANDLER");
    expect((await app.fetch("/src/back/style.css")).status).toBe(404);
    app.write("src/back/a.ts", service("changed"));
    await app.log(/reloaded service "a"/);
    expect(await app.query("a")).toBe("changed");
  });
});

describe("web", () => {
  test("dir and components name what there is", async () => {
    app = App.create({
      ...config(`{ web: { dir: "pages", components: { far: "src/far.ts" } } }`),
      "pages/near.ts": component("near"),
      "web/old.ts": component("old"),
      "src/far.ts": component("far"),
    });
    const { components } = await app.launchUntilReady();
    expect(components.map(({ name }) => name)).toEqual(["far", "near"]);
    expect(await (await app.fetch("/web/near.js")).text()).toContain("near");
  });

  for (const key of ["autoBundle: false", "preBuilt: true"]) {
    test(`${key} serves scripts as they lie there`, async () => {
      app = await App.start({ ...config(`{ web: { ${key} } }`), "web/app.js": `// as it is\nexport const mount = 1;` });
      expect(await (await app.fetch("/web/app.js")).text()).toBe(`// as it is\nexport const mount = 1;`);
    });
  }

  test("hotReload: false leaves components, and services go on reloading", async () => {
    app = await App.start({
      ...config(`{ web: { hotReload: false }, watch: { debounceMs: 20 } }`),
      "web/app.ts": component("one"),
      "services/a.ts": service("one"),
    });
    await (await app.fetch("/web/app.js")).text();
    app.write("web/app.ts", component("two"));
    app.write("services/a.ts", service("two"));
    await app.log(/reloaded service "a"/);
    expect(app.messages.all.some(({ type }) => type === "hmr")).toBe(false);
  });
});

describe("http", () => {
  test("enabled: false starts no server; services answer the host", async () => {
    app = App.create({ ...config(`{ http: { enabled: false } }`), "services/a.ts": service("still here") });
    expect((await app.launchUntilReady()).port).toBe(0);
    expect(await app.query("a")).toBe("still here");
  });

  test("hostname may be localhost, and nothing that other machines reach", async () => {
    app = await App.start(config(`{ http: { hostname: "localhost" } }`));
    expect((await app.fetch("/web/none.css")).status).toBe(404);
    await app.dispose();
    app = App.create(config(`{ http: { hostname: "0.0.0.0" } }`));
    app.launch();
    const fatal = await app.messages.next(({ type }) => type === "fatal") as { message: string };
    expect(fatal.message).toContain(`http.hostname: found "0.0.0.0"`);
  });
});

describe("watch", () => {
  test("extensions name what reloads services, beside what they import", async () => {
    app = await App.start({
      ...config(`{ watch: { extensions: [".ts"], debounceMs: 20 } }`),
      "services/dir/index.ts": `import "./used.txt"; console.log("dir loads"); export const query = () => 1;`,
      "services/dir/used.txt": "",
      "services/last.ts": service("one"),
    });
    await app.log(/dir loads/);
    // Of no extension that is watched, and imported by nobody.
    app.write("services/dir/note.md", "a note");
    app.write("services/last.ts", service("two"));
    expect((await app.log(/^reloaded/)).message).toBe(`reloaded service "last"`);
    app.write("services/dir/used.txt", "changed");
    expect((await app.log(/^reloaded/)).message).toBe(`reloaded service "dir"`);
    app.write("services/dir/fresh.ts", "");
    expect((await app.log(/^reloaded/)).message).toBe(`reloaded service "dir"`);
  });

  test("debounceMs waits for quiet: several saves are one reload", async () => {
    app = await App.start({
      ...config(`{ watch: { debounceMs: 300 } }`),
      "services/a.ts": service("0"),
      "services/b.ts": service("0"),
    });
    const begin = performance.now();
    for (let save = 1; save <= 5; save++) {
      for (const name of ["a", "b"]) app.write(`services/${name}.ts`, service(`${save}`));
    }
    expect((await app.log(/^reloaded/)).message).toBe(`reloaded service "a", service "b"`);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(290);
    expect(await app.query("a")).toBe("5");
  });
});

test("health.intervalMs is how often services are asked", async () => {
  app = await App.start({
    ...config(`{ health: { intervalMs: 100 } }`),
    "services/a.ts":
      `const asked = []; export const health = () => { asked.push(performance.now()); if (asked.length === 4) console.log("asked " + JSON.stringify(asked)); return { ok: true }; };`,
  });
  const times = JSON.parse((await app.log(/^asked/)).message.slice(6)) as number[];
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  for (const gap of gaps) expect(gap).toBeGreaterThan(60);
});

test("a file that never ends loading is named", async () => {
  app = App.create({ "keystone.config.ts": `export default new Promise(() => {});` });
  const loading = loadConfig({ root: app.root, development: true } as ProcessEnvironment, () => {}, 20);
  await expect(loading).rejects.toThrow(/keystone\.config\.ts can't be loaded: .*has not ended after 20 ms/);
});
