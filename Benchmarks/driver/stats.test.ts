import { expect, test } from "bun:test";
import { median, pairedRatios, percentile, summarize } from "./stats.ts";

test("the median is the middle value, or the mean of the two middle ones", () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBe(NaN);
});

test("a percentile lies between its neighbours", () => {
  const values = Array.from({ length: 101 }, (_, index) => index);
  expect(percentile(values, 99)).toBe(99);
  expect(percentile([10, 20], 25)).toBe(12.5);
});

test("a summary takes the spread from the runs' medians and p99 only from enough samples", () => {
  const few = summarize([[1, 2, 3], [11, 12, 13]]);
  expect(few.median).toBe(7);
  expect(few.spread).toEqual([2, 12]);
  expect(few.p99).toBeUndefined();
  expect(summarize([Array.from({ length: 101 }, (_, index) => index)]).p99).toBe(99);
});

test("ratios are paired run by run", () => {
  expect(pairedRatios([[2], [9]], [[1], [3]])).toEqual([2, 3]);
  expect(() => pairedRatios([[1]], [])).toThrow("cannot be paired");
});
