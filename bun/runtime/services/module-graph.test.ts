import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { ModuleGraph } from "./module-graph.ts";

let root: string;
let graph: ModuleGraph;

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "keystone-graph-")));
  graph = new ModuleGraph("/nowhere");
});
afterEach(() => rmSync(root, { recursive: true }));

function write(name: string, content = "export const x = 1; export type T = 1;"): string {
  mkdirSync(dirname(join(root, name)), { recursive: true });
  writeFileSync(join(root, name), content);
  return join(root, name);
}

const names = (files: Iterable<string>) => [...files].map((file) => file.slice(root.length + 1)).sort();

test("every way of importing is followed; types alone, packages and what isn't there are not", () => {
  for (const name of "abcdefghijklm") write(`lib/${name}.ts`);
  write("lib/data.json", "{}");
  write("lib/text.txt", "");
  write("lib/old.cjs", `module.exports = require("./older.cjs");`);
  write("lib/older.cjs", `module.exports = 1;`);
  write("node_modules/p/index.js", "");
  const entry = write(
    "services/s.ts",
    `import { x as a } from "../lib/a"; import * as b from "../lib/b.ts"; import "../lib/c"; export * from "../lib/d";
    export { x as e } from "../lib/e"; export * as f from "../lib/f"; const g = () => import("../lib/g"); import h = require("../lib/h");
    import type { T as I } from "../lib/i"; import { type T as J } from "../lib/j"; import { T as K } from "../lib/k"; export type { T } from "../lib/l";
    import data from "../lib/data.json"; import text from "../lib/text.txt" with { type: "text" }; import old from "../lib/old.cjs";
    import "p"; import "node:fs"; import "bun:sqlite"; import "../lib/missing"; import "@keystone/sdk/service";
    const t: I | J | K = 1; console.log(a, b, g, h, data, text, old, t);`,
  );
  expect(names(graph.closure(entry))).toEqual([
    ...["a", "b", "c", "d", "data.json", "e", "f", "g", "h", "old.cjs", "older.cjs", "text.txt"].map((name) =>
      `lib/${/\./.test(name) ? name : `${name}.ts`}`
    ),
    "services/s.ts",
  ]);
});

test("cycles end, and importers are found through them", () => {
  const a = write("a.ts", `import "./b"; export const a = 1;`);
  const b = write("b.ts", `import "./c"; export const b = 1;`);
  const c = write("c.ts", `import "./a"; export const c = 1;`);
  const alone = write("alone.ts");
  const reader = write("reader.ts", `import "./b";`);
  expect(names(graph.closure(a))).toEqual(["a.ts", "b.ts", "c.ts"]);
  const files = new Set([a, b, c, alone, reader]);
  expect(names(graph.importersOf(new Set([c]), files))).toEqual(["a.ts", "b.ts", "c.ts", "reader.ts"]);
  expect(names(graph.importersOf(new Set([alone, join(root, "unknown.ts")]), files))).toEqual(["alone.ts"]);
  expect(names(graph.importersOf(new Set(), files))).toEqual([]);
});

test("a file is read again when it changed, even within a tick of the clock", () => {
  const [one, two] = [write("lib/one.ts"), write("lib/two.ts")];
  const entry = write("s.ts", `import "./lib/one";`);
  const at = new Date(1_700_000_000_000);
  utimesSync(entry, at, at);
  expect(graph.closure(entry).has(one)).toBe(true);
  write("s.ts", `import "./lib/two";`);
  utimesSync(entry, at, at);
  graph.forget([entry]);
  expect(graph.closure(entry)).toEqual(new Set([entry, two]));
});

test("a file that doesn't parse, or is no script, imports nothing", () => {
  write("lib/a.ts");
  expect(graph.imports(write("bad.ts", `import "./lib/a"; export const = ;`))).toEqual([]);
  expect(graph.imports(write("note.md", `import "./lib/a";`))).toEqual([]);
  expect(graph.imports(join(root, "none.ts"))).toEqual([]);
});
