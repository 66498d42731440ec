import type { Entry } from "./entry.ts";
import { comparison, merged, type Order, placeIn, type Sortable, sortable, sortKey } from "./order.ts";

/** What is in a directory, in order. */
export class Listing {
  readonly #all = new Map<string, Sortable>();
  #sorted: Sortable[] = [];
  /** What has come since the list was last asked for, and is not in it. */
  #fresh = new Map<string, Sortable>();
  #order: Order;
  #showsHidden: boolean;
  #isSorted = true;
  #size = 0;

  constructor(order: Order, showsHidden: boolean) {
    this.#order = order;
    this.#showsHidden = showsHidden;
  }

  /** How many there are, hidden ones too. */
  get total(): number {
    return this.#all.size;
  }

  /** Of the files that are shown. */
  get size(): number {
    this.#list();
    return this.#size;
  }

  get count(): number {
    return this.#list().length;
  }

  at(index: number): Entry | undefined {
    return this.#list()[index]?.entry;
  }

  get(name: string): Entry | undefined {
    return this.#all.get(name)?.entry;
  }

  indexOf(name: string): number {
    const item = this.#all.get(name);
    if (!item || !this.#isShown(name)) return -1;
    return placeIn(this.#list(), item, comparison(this.#order));
  }

  /** The first after `from`, in a circle, whose name begins with a text. */
  find(beginning: string, from: number): number {
    const key = sortKey(beginning);
    const list = this.#list();
    for (let step = 0; step < list.length; step++) {
      const index = (from + step) % list.length;
      // A number is longer as a key than as it is typed.
      if (list[index].key.startsWith(key) || list[index].entry.name.toLowerCase().startsWith(beginning.toLowerCase())) {
        return index;
      }
    }
    return -1;
  }

  set order(order: Order) {
    this.#order = order;
    this.#isSorted = false;
  }

  set showsHidden(shows: boolean) {
    this.#showsHidden = shows;
    this.#isSorted = false;
  }

  /** Takes in what is new or another, and forgets what is gone. */
  change(put: readonly Entry[], removed: readonly string[] = []): void {
    for (const name of removed) this.#remove(name);
    for (const entry of put) {
      this.#remove(entry.name);
      const item = sortable(entry);
      this.#all.set(entry.name, item);
      if (!this.#isSorted || !this.#isShown(entry.name)) continue;
      this.#fresh.set(entry.name, item);
      this.#size += entry.size;
    }
  }

  #remove(name: string): void {
    const item = this.#all.get(name);
    if (!item) return;
    this.#all.delete(name);
    if (!this.#isSorted || !this.#isShown(name)) return;
    this.#size -= item.entry.size;
    if (this.#fresh.delete(name)) return;
    this.#sorted.splice(placeIn(this.#sorted, item, comparison(this.#order)), 1);
  }

  #isShown(name: string): boolean {
    return this.#showsHidden || !name.startsWith(".");
  }

  #list(): Sortable[] {
    const compare = comparison(this.#order);
    if (!this.#isSorted) {
      this.#sorted = [...this.#all.values()].filter(({ entry }) => this.#isShown(entry.name)).sort(compare);
      this.#size = this.#sorted.reduce((sum, { entry }) => sum + entry.size, 0);
      this.#isSorted = true;
    } else if (this.#fresh.size > 0) {
      this.#sorted = merged(this.#sorted, [...this.#fresh.values()].sort(compare), compare);
    }
    this.#fresh.clear();
    return this.#sorted;
  }
}
