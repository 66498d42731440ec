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
    for (let round = 0; round < 300; round++) {
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

test("a hundred thousand entries that come in batches, and are looked at meanwhile, are no work", () => {
  const listing = new Listing(byName, false);
  const all = Array.from({ length: 100_000 }, (_, index) => sortable(entry(`file ${(index * 7919) % 100_000}.txt`)));
  let start = performance.now();
  all.sort(comparison(byName));
  const once = performance.now() - start;
  start = performance.now();
  for (let batch = 0; batch < 200; batch++) {
    listing.change(
      Array.from({ length: 500 }, (_, index) => entry(`file ${((batch * 500 + index) * 7919) % 100_000}.txt`)),
    );
    if (batch % 10 === 9) expect(listing.count).toBe((batch + 1) * 500);
  }
  expect([listing.at(0)?.name, listing.at(99_999)?.name]).toEqual(["file 0.txt", "file 99999.txt"]);
  for (let change = 0; change < 100; change++) {
    listing.change([entry(`file ${change}.txt`, 2)], [`file ${change + 500}.txt`]);
  }
  expect([listing.count, listing.size]).toEqual([99_900, 100_000]);
  // To sort all of them each time would take twenty and a hundred times as long.
  expect(performance.now() - start).toBeLessThan(15 * once);
});
