import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { originalPositions, type SourceMap } from "../../lib/source-map.ts";
import { BundledApp } from "../testing/bundled-app.ts";

let app: BundledApp;
afterEach(() => app.remove());

const FILES = {
  "web/app.ts": `import { start } from "../src/crunch/start";
export const mount = () => [start(), import("../src/lazy")];`,
  "src/crunch/start.ts": `export function start() {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" }); const after = () => { throw new Error("after"); };
  return [worker, after];
}`,
  "src/crunch/worker.ts": `import { factor } from "../factor"; import table from "../table.bin" with { type: "file" };
onmessage = ({ data }: MessageEvent<number>) => postMessage([data * factor, table]);`,
  "src/factor.ts": `export const factor: number = 7;`,
  "src/table.bin": "TABLE",
  "src/lazy.ts": `export const other = () => new SharedWorker(new URL("./shared.ts", import.meta.url));`,
  "src/shared.ts": `console.log("shared worker");`,
};

const ADDRESS = /new (?:Shared)?Worker\("\/web\/__assets__\/(w_\w+\.js)"/;

for (const development of [true, false]) {
  test(`a worker's script is bundled and named by its address, ${development ? "in development" : "packaged"}`, async () => {
    app = new BundledApp(FILES);
    const bundle = await app.good("web/app.ts", { development });
    const script = String(bundle.files.get(ADDRESS.exec(bundle.script)?.[1] ?? ""));
    expect(script).toMatch(/\b7\b/);
    expect(script).not.toMatch(/^import|: number/m);
    expect(script.includes("sourceMappingURL")).toBe(development);
    const table = /\/web\/__assets__\/(table-\w+\.bin)/.exec(script)?.[1] ?? "";
    expect(new TextDecoder().decode(bundle.files.get(table) as Uint8Array)).toBe("TABLE");
    for (const name of ["crunch/worker.ts", "factor.ts", "shared.ts"]) {
      expect([...bundle.inputs]).toContain(join(app.root, "src", name));
    }
    const [, chunk] = [...bundle.files].find(([name]) => /^lazy-\w+\.js$/.test(name)) ?? [];
    expect(String(bundle.files.get(ADDRESS.exec(String(chunk))?.[1] ?? ""))).toContain("shared worker");
  });

  test(`what comes after it on its line is still found in the source, ${development ? "in development" : "packaged"}`, async () => {
    app = new BundledApp(FILES);
    const { script, sourceMap } = await app.good("web/app.ts", { development });
    const lines = script.split("\n");
    const line = lines.findIndex((text) => text.includes("throw")) + 1;
    const place = { line, column: (lines[line - 1] ?? "").indexOf("throw") + 1 };
    const [position] = originalPositions(JSON.parse(sourceMap ?? "") as SourceMap, [place]);
    expect([position?.source, position?.line]).toEqual(["/src/crunch/start.ts", 2]);
  });
}

test("a change of the worker is one of the component, whose chunks keep their names", async () => {
  app = new BundledApp(FILES);
  const before = await app.good("web/app.ts");
  app.write("src/factor.ts", `export const factor = 8;`);
  const after = await app.good("web/app.ts");
  expect(after.scriptHash).not.toBe(before.scriptHash);
  expect([...after.files.keys()]).toEqual([...before.files.keys()]);
});

test("other workers are left as they are", async () => {
  const calls =
    `new Worker("/web/plain.js"), new Worker(new URL("/web/x.js", import.meta.url)), new Worker(new URL(name, import.meta.url))`;
  app = new BundledApp({ "web/app.ts": `export const mount = (name: string) => [${calls}];` });
  const { script, files } = await app.good("web/app.ts");
  expect(script).toContain(`new URL("/web/x.js", import.meta.url)`);
  expect(files.size).toBe(0);
});

test("a script that is not there, does not parse, or imports the SDK is a complaint of the component", async () => {
  const entry = `export const mount = () => new Worker(new URL("../src/w.ts", import.meta.url));`;
  app = new BundledApp({ "web/app.ts": entry });
  expect(await app.complaints("web/app.ts")).toBe(`the worker script ${join(app.root, "src/w.ts")} is not there`);
  app.write("src/w.ts", "const x = ;");
  expect(await app.complaints("web/app.ts")).toContain("Unexpected ;");
  app.write("src/w.ts", `import { query } from "@keystone/sdk/bridge"; query("x");`);
  expect(await app.complaints("web/app.ts")).toContain(`"@keystone/sdk/bridge" is for pages`);
});
