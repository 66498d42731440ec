import { expect, test } from "bun:test";
import { StrayLines } from "./stray-output.ts";

test("text comes out in whole lines, and the last one at the end", () => {
  const told: string[] = [];
  const lines = new StrayLines((line) => told.push(line));
  for (const text of ["a", "b\r\nc\n", "\n", "d"]) lines.take(text);
  expect(told).toEqual(["ab", "c", ""]);
  lines.finish();
  lines.finish();
  expect(told).toEqual(["ab", "c", "", "d"]);
});

test("a line that never ends is told in pieces", () => {
  let length = 0;
  let longest = 0;
  const lines = new StrayLines((line) => {
    length += line.length;
    longest = Math.max(longest, line.length);
  });
  for (let count = 0; count < 100; count++) lines.take("x".repeat(10_000));
  lines.finish();
  expect(length).toBe(1_000_000);
  expect(longest).toBe(64 * 1024);
});
