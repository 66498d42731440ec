import { expect, test } from "bun:test";
import { rowsSeen, scrollTo } from "./row-window.ts";

test("only what is seen is in the document, however long the list is", () => {
  expect(rowsSeen(0, 300, 30, 5)).toEqual({ first: 0, end: 5 });
  expect(rowsSeen(0, 300, 30, 100_000)).toEqual({ first: 0, end: 18 });
  expect(rowsSeen(1_500_000, 300, 30, 100_000)).toEqual({ first: 49_992, end: 50_018 });
  // The list has become shorter than where it was scrolled to.
  expect(rowsSeen(3000, 300, 30, 10)).toEqual({ first: 10, end: 10 });
  expect(rowsSeen(0, 300, 30, 0)).toEqual({ first: 0, end: 0 });
});

test("a row is brought into view with the least movement", () => {
  expect(scrollTo(5, 0, 300, 30)).toBe(0);
  expect(scrollTo(10, 0, 300, 30)).toBe(30);
  expect(scrollTo(2, 90, 300, 30)).toBe(60);
});
