import { expect, test } from "bun:test";
import type { Entry } from "./entry.ts";
import { comparison, merged, type Order, placeIn, sortable } from "./order.ts";

const item = (name: string, kind: Entry["kind"] = "file", size = 0) =>
  sortable({ name, kind, size, modified: 0, place: "" });
const sorted = (items: ReturnType<typeof item>[], order: Order) =>
  items.toSorted(comparison(order)).map(({ entry }) => entry.name);

test("names are sorted as people do: numbers by value, capitals and accents aside, folders first", () => {
  const items = ["b", "chapter 10", "Chapter 2", "chapter 002b", "äa", "ab", "A"].map((name) => item(name));
  items.push(item("zoo", "directory"), item("link", "link"));
  expect(sorted(items, { column: "name", descending: false })).toEqual([
    "zoo",
    "A",
    "äa",
    "ab",
    "b",
    "Chapter 2",
    "chapter 002b",
    "chapter 10",
    "link",
  ]);
  expect(sorted(items, { column: "name", descending: true }).slice(0, 3)).toEqual(["zoo", "link", "chapter 10"]);
});

test("what has the same size is sorted by name, whichever way", () => {
  const items = [item("b", "file", 5), item("a", "file", 5), item("c", "file", 9), item("d", "directory")];
  expect(sorted(items, { column: "size", descending: true })).toEqual(["d", "c", "a", "b"]);
  expect(sorted(items, { column: "size", descending: false })).toEqual(["d", "a", "b", "c"]);
});

test("names that only look the same have an order too", () => {
  const compare = comparison({ column: "name", descending: false });
  const names = ["a", "A", "\u00e4", "a\u0308", "01", "1"];
  for (const a of names) for (const b of names) if (a !== b) expect(compare(item(a), item(b))).not.toBe(0);
});

test("a place in a sorted list", () => {
  const list = [1, 3, 3, 5];
  expect([0, 1, 2, 3, 4, 5, 6].map((value) => placeIn(list, value, (a, b) => a - b))).toEqual([0, 0, 1, 1, 3, 3, 4]);
});

test("two sorted lists become one", () => {
  const compare = (a: number, b: number) => a - b;
  expect(merged([1, 4, 4, 9], [0, 4, 10], compare)).toEqual([0, 1, 4, 4, 4, 9, 10]);
  expect(merged([], [1], compare)).toEqual([1]);
  expect(merged([1], [], compare)).toEqual([1]);
});
