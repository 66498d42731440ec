import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originalPositions, type SourceMap } from "../lib/source-map.ts";
import { mapStack, parseFrame } from "./source-map.ts";

async function bundled(source: string): Promise<{ code: string; map: SourceMap }> {
  const directory = mkdtempSync(join(tmpdir(), "keystone-map-"));
  try {
    writeFileSync(join(directory, "app.ts"), source);
    const built = await Bun.build({ entrypoints: [join(directory, "app.ts")], minify: true, sourcemap: "external" });
    const [code, map] = await Promise.all(built.outputs.map((output) => output.text()));
    return { code, map: JSON.parse(map) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const source = `// a comment that the bundle has not
export function mount(root: { textContent: string }) {
  root.textContent = "ü€";

    throw new TypeError("here");
}
`;

test("a position in a minified bundle leads to the line and column that were written", async () => {
  const { code, map } = await bundled(source);
  const lines = code.split("\n");
  const line = lines.findIndex((text) => text.includes("TypeError")) + 1;
  const column = lines[line - 1].indexOf("TypeError") + 1;
  const [position] = originalPositions(map, [{ line, column }]);
  expect(position?.source).toEndWith("app.ts");
  expect([position?.line, position?.column]).toEqual([5, 15]);
});

test("a stack is mapped frame by frame, each map is fetched once, and what has no map stays", async () => {
  const { code, map } = await bundled(source);
  const line = code.split("\n").findIndex((text) => text.includes("throw")) + 1;
  const column = code.split("\n")[line - 1].indexOf("throw") + 1;
  const fetched: string[] = [];
  const stack = [
    `mount@http://127.0.0.1:1/web/app.js?t=1:${line}:${column}`,
    `@http://127.0.0.1:1/web/app.js?t=1:${line}:${column}`,
    "other@http://127.0.0.1:1/web/none.js:1:1",
    "[native code]",
  ].join("\n");
  const mapped = await mapStack(stack, (bundle) => {
    fetched.push(bundle);
    return bundle.includes("app") ? Promise.resolve(map) : Promise.reject(new Error("404"));
  });
  const frames = mapped.split("\n");
  expect(frames[0]).toMatch(/^mount \(.*app\.ts:5:5\)$/);
  expect(frames[1]).toMatch(/^\(anonymous\) \(.*app\.ts:5:5\)$/);
  expect(frames.slice(2)).toEqual(["other@http://127.0.0.1:1/web/none.js:1:1", "[native code]"]);
  expect(fetched).toEqual(["http://127.0.0.1:1/web/app.js?t=1", "http://127.0.0.1:1/web/none.js"]);
});

test("broken maps and frames give nothing, and no error", () => {
  expect(originalPositions({ sources: [], mappings: "!!!;;,A" }, [{ line: 1, column: 1 }])).toEqual([undefined]);
  expect(originalPositions({ sources: ["a"], mappings: "" }, [{ line: 5, column: 5 }])).toEqual([undefined]);
  const endless = { sources: ["a"], mappings: `${"g".repeat(10_000)},${"A".repeat(10_000)}` };
  expect(originalPositions(endless, [{ line: 1, column: 1 }])).toHaveLength(1);
  expect(parseFrame("at nowhere")).toBeUndefined();
});
