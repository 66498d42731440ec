import { expect, test } from "bun:test";
import type { Entry } from "./entry.ts";
import { Listing } from "./listing.ts";
import { comparison, sortable } from "./order.ts";

const entry = (name: string, size = 1): Entry => ({ name, kind: "file", size, modified: 0, place: "" });
const names = (listing: Listing) => Array.from({ length: listing.count }, (_, index) => listing.at(index)?.name);
const byName = { column: "name", descending: false } as const;

test("hidden files are there, and shown on demand", () => {
  const listing = new Listing(byName, false);
  listing.change([entry(".a"), entry("b", 5)]);
  expect([names(listing), listing.total, listing.size]).toEqual([["b"], 2, 5]);
  listing.showsHidden = true;
  expect([names(listing), listing.size, listing.indexOf(".a")]).toEqual([[".a", "b"], 6, 0]);
});

test("after thousands of changes, few and many at once, it is what a new listing would be", () => {
  let seed = 7;
  const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  const orders = [byName, { column: "size", descending: true } as const];
  for (const order of orders) {
    const listing = new Listing(order, false);
    const all = new Map<string, Entry>();
    for (let round = 0; round < 150; round++) {
      const count = random(10) === 0 ? 80 : random(4);
      const put = Array.from(
        { length: count },
        () => entry(`${random(9) === 0 ? "." : ""}f${random(120)}`, random(50)),
      );
      // One name at most once in a batch, as the host writes it.
      const unique = [...new Map(put.map((one) => [one.name, one])).values()];
      const removed = Array.from({ length: random(3) }, () => `f${random(120)}`).filter((name) =>
        !unique.some((one) => one.name === name)
      );
      for (const name of removed) all.delete(name);
      for (const one of unique) all.set(one.name, one);
      listing.change(unique, removed);
      const fresh = new Listing(order, false);
      fresh.change([...all.values()]);
      expect([names(listing), listing.size, listing.total]).toEqual([names(fresh), fresh.size, fresh.total]);
      for (const name of names(listing)) expect(names(listing)[listing.indexOf(name!)]).toBe(name);
    }
  }
});

test("letters find a name, in a circle", () => {
  const listing = new Listing(byName, false);
  listing.change(["apple", "Äpfel", "bar", "chapter 10", "chapter 9"].map((name) => entry(name)));
  expect(names(listing)).toEqual(["Äpfel", "apple", "bar", "chapter 9", "chapter 10"]);
  expect(listing.find("ap", 0)).toBe(0);
  expect(listing.find("a", 1)).toBe(1);
  expect(listing.find("a", 2)).toBe(0);
  expect(listing.find("chapter 1", 0)).toBe(4);
  expect(listing.find("x", 0)).toBe(-1);
});

const COUNT = 4000;
const many = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => entry(`file ${((from + index) * 7919) % COUNT}.txt`));

/** Comes in batches, is looked at after each, and then changes. */
function fill(): Listing {
  const listing = new Listing(byName, false);
  for (let at = 0; at < COUNT; at += 50) {
    listing.change(many(at, 50));
    expect(listing.count).toBe(at + 50);
  }
  for (let change = 0; change < 100; change++) {
    listing.change([entry(`file ${change}.txt`, 2)], [`file ${change + 500}.txt`]);
    expect(listing.count).toBe(COUNT - change - 1);
  }
  return listing;
}

test("many entries that come in batches, and are looked at meanwhile, are not sorted each time", () => {
  const listing = fill();
  expect([listing.at(0)?.name, listing.at(COUNT - 101)?.name]).toEqual(["file 0.txt", `file ${COUNT - 1}.txt`]);
  expect(listing.size).toBe(COUNT);
  const all = many(0, COUNT).map(sortable);
  // The quickest of some: what else the machine does is not measured.
  const quickest = (work: () => void) =>
    Math.min(...Array.from({ length: 4 }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    }));
  // It is looked at 180 times.
  expect(quickest(fill)).toBeLessThan(60 * quickest(() => all.toSorted(comparison(byName))));
});
