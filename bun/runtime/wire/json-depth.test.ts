import { expect, test } from "bun:test";
import { Random } from "../testing/random.ts";
import { isDeeperThan } from "./json-depth.ts";

const nested = (levels: number) => `${'{"a":['.repeat(levels / 2)}${"]}".repeat(levels / 2)}`;

test("levels are counted, and brackets in strings are not", () => {
  expect(isDeeperThan(512, nested(512))).toBe(false);
  expect(isDeeperThan(512, nested(514))).toBe(true);
  expect(isDeeperThan(512, JSON.stringify(["[".repeat(5000), '"\\"[[{'.repeat(2000)]))).toBe(false);
  expect(isDeeperThan(512, "[]".repeat(5000))).toBe(false);
  expect(isDeeperThan(512, "[".repeat(100_000))).toBe(true);
});

test("any JSON gets the answer that its value has", () => {
  const depthOf = (value: unknown): number =>
    typeof value === "object" && value !== null
      ? 1 + Math.max(0, ...Object.values(value).map((member) => depthOf(member)))
      : 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = new Random(seed);
    const value = Array.from({ length: 10 }, () => random.value());
    const json = JSON.stringify(value) ?? "null";
    const depth = depthOf(JSON.parse(json));
    for (const limit of [1, 2, 3, 4, 5]) {
      if (json.length >= 2 * limit) {
        expect([seed, limit, isDeeperThan(limit, json)]).toEqual([seed, limit, depth > limit]);
      }
    }
  }
});
