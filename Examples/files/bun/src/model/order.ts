import type { Entry } from "./entry.ts";

export type Column = "name" | "size" | "modified";

export interface Order {
  column: Column;
  descending: boolean;
}

/** A name as it is sorted: without accents and capitals, and with numbers by their value. */
export function sortKey(name: string): string {
  // Most names are plain, and there may be a hundred thousand of them.
  // deno-lint-ignore no-control-regex
  const plain = /^[\x00-\x7f]*$/.test(name) ? name : name.normalize("NFD").replace(/[\u0300-\u036f]/g, "");
  return plain.toLowerCase().replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, "").padStart(16, "0"));
}

/** An entry with what it is sorted by. */
export interface Sortable {
  entry: Entry;
  isFile: 0 | 1;
  key: string;
}

export function sortable(entry: Entry): Sortable {
  return { entry, isFile: entry.kind === "directory" ? 0 : 1, key: sortKey(entry.name) };
}

function byName(a: Sortable, b: Sortable): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1;
  return a.entry.name < b.entry.name ? -1 : a.entry.name > b.entry.name ? 1 : 0;
}

/** Folders come first, whatever the order; what is equal is ordered by name. */
export function comparison({ column, descending }: Order): (a: Sortable, b: Sortable) => number {
  const sign = descending ? -1 : 1;
  if (column === "name") return (a, b) => a.isFile - b.isFile || sign * byName(a, b);
  return (a, b) => a.isFile - b.isFile || sign * (a.entry[column] - b.entry[column]) || byName(a, b);
}

/** Where something belongs in a sorted list: the index of the first that is not before it. */
export function placeIn<T>(list: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(list[middle], item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Two sorted lists as one. */
export function merged<T>(a: readonly T[], b: readonly T[], compare: (a: T, b: T) => number): T[] {
  const all = new Array<T>(a.length + b.length);
  for (let at = 0, i = 0, j = 0; at < all.length; at++) {
    const takesA = j >= b.length || (i < a.length && compare(a[i], b[j]) <= 0);
    all[at] = takesA ? a[i++] : b[j++];
  }
  return all;
}
