import { expect, test } from "bun:test";
import { atMost } from "./result.ts";
import { digits, table } from "./table.ts";

test("numbers keep three significant digits", () => {
  expect(digits(0.1234)).toBe("0.12");
  expect(digits(12.34)).toBe("12.3");
  expect(digits(45_678.9)).toBe("45,679");
  expect(digits(NaN)).toBe("–");
});

test("a row shows its figures beside its target and whether it is met", () => {
  const text = table("invoke", [
    { name: "fast", unit: "ms", runs: [[1, 1, 1], [3, 3, 3]], target: atMost(2) },
    { name: "slow", unit: "×", runs: [[1.5]], target: atMost(1.3), note: "paired" },
  ]);
  const lines = text.split("\n");
  expect(lines[0]).toBe("invoke");
  expect(lines[3]).toMatch(/^fast +2\.00 ms +1\.00 – 3\.00 +≤ 2\.00 ms +met$/);
  expect(lines[4]).toMatch(/^slow +1\.50 × +≤ 1\.30 × +MISSED$/);
  expect(lines[5]).toBe("  slow: paired");
});
