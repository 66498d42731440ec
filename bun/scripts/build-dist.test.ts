import { beforeAll, expect, test } from "bun:test";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const read = (name: string) => Bun.file(join(root, "dist", name)).text();

async function build(): Promise<void> {
  const process = Bun.spawn([Bun.argv[0], "scripts/build-dist.ts"], { cwd: root, stdout: "ignore", stderr: "inherit" });
  expect(await process.exited).toBe(0);
}

beforeAll(build);

test("the host page is one file: nothing in it is fetched but the shared bridge", async () => {
  const html = await read("host.html");
  expect(/%[A-Z_]+%/.exec(html)?.[0]).toBeUndefined();
  expect([...html.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]*)"/g)].map((match) => match[1])).toEqual([
    "/__keystone__/bridge.js",
  ]);
});

test("the import map leads to modules that exist and export what the sources do", async () => {
  const html = await read("host.html");
  const { imports } = JSON.parse(/<script type="importmap">(.*?)<\/script>/.exec(html)![1]);
  expect(Object.keys(imports)).toContain("@keystone/sdk/bridge");
  for (const [name, url] of Object.entries<string>(imports)) {
    const file = url.replace("/__keystone__/", "");
    const built = await import(join(root, "dist", file));
    const source = await import(join(root, "sdk", file.replace(/js$/, "ts")));
    expect([name, ...Object.keys(built).sort()]).toEqual([name, ...Object.keys(source).sort()]);
  }
});

test("every module has its source map", async () => {
  for (const name of ["bridge", "component"]) {
    expect(await read(`${name}.js`)).toEndWith(`//# sourceMappingURL=${name}.js.map\n`);
    expect(JSON.parse(await read(`${name}.js.map`)).sources.length).toBeGreaterThan(0);
  }
});

test("two builds of the same sources are the same bytes", async () => {
  const names = ["host.html", "bridge.js", "bridge.js.map", "component.js", "index.js"];
  const first = await Promise.all(names.map(read));
  await build();
  expect(await Promise.all(names.map(read))).toEqual(first);
});
