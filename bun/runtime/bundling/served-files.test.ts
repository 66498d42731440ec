import { expect, test } from "bun:test";
import { ServedFiles } from "./served-files.ts";

const files = (...names: string[]) => new Map(names.map((name) => [name, name]));

test("the files of a component's last two builds are there, and no older ones", () => {
  const served = new ServedFiles();
  for (let build = 1; build <= 100; build++) served.add("app", files(`chunk-${build}.js`, "logo.svg"));
  expect(served.size).toBe(3);
  for (const name of ["chunk-99.js", "chunk-100.js", "logo.svg"]) expect(served.get(name)).toBe(name);
  expect(served.get("chunk-98.js")).toBeUndefined();
});

test("a file that two components import goes with the last of them", () => {
  const served = new ServedFiles();
  served.add("a", files("logo.svg"));
  served.add("b", files("logo.svg"));
  served.remove("a");
  expect(served.get("logo.svg")).toBe("logo.svg");
  served.remove("b");
  served.remove("b");
  expect(served.size).toBe(0);
});
