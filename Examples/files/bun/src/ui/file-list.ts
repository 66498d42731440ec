import type { Entry } from "../model/entry.ts";
import type { Column, Order } from "../model/order.ts";
import { h } from "./dom.ts";
import { Row, type RowLook } from "./row.ts";
import { rowsSeen, scrollTo } from "./row-window.ts";

/** What the list shows: a folder, or what a search has found. */
export interface Rows {
  readonly count: number;
  at(index: number): Entry | undefined;
  /** The first after an index whose name begins with what is typed; -1 for none. */
  find(beginning: string, from: number): number;
}

export interface ListEvents {
  selected(entry: Entry | undefined): void;
  open(entry: Entry): void;
  sort(column: Column): void;
}

const COLUMNS: { column: Column; title: string }[] = [
  { column: "name", title: "Name" },
  { column: "size", title: "Size" },
  { column: "modified", title: "Modified" },
];
const TYPING = 900;

/**
 * A list of any length: only the rows that are seen are in the document. It is a grid for assistive technology, whose
 * focus stays on the whole while `aria-activedescendant` names the chosen row.
 */
export class FileList {
  readonly element: HTMLElement;
  readonly #events: ListEvents;
  readonly #scroller: HTMLElement;
  readonly #space = h("div", { class: "space", role: "rowgroup" });
  readonly #headings: Map<Column, HTMLElement>;
  readonly #size: ResizeObserver;
  #pool: Row[] = [];
  #rows: Rows = { count: 0, at: () => undefined, find: () => -1 };
  #look: RowLook | undefined;
  #rowHeight = 30;
  #selected = -1;
  #frame = 0;
  #typed = "";
  #typedAt = 0;

  constructor(events: ListEvents) {
    this.#events = events;
    this.#headings = new Map(COLUMNS.map(({ column, title }) => [
      column,
      h(
        "div",
        { class: `cell ${column === "name" ? "file" : column}`, role: "columnheader" },
        h("button", { type: "button", onclick: () => events.sort(column) }, title),
      ),
    ]));
    this.#scroller = h("div", { class: "scroller", onscroll: () => this.refresh() }, this.#space);
    this.element = h(
      "div",
      {
        class: "list",
        role: "grid",
        tabIndex: 0,
        "aria-label": "Files",
        "aria-colcount": 3,
        // The headings are buttons with keys of their own.
        onkeydown: (event: KeyboardEvent) => event.target === this.element && this.key(event),
      },
      h("div", { class: "heading", role: "rowgroup" }, h("div", { role: "row" }, ...this.#headings.values())),
      this.#scroller,
    );
    this.#space.addEventListener("click", (event) => this.select(this.#rowAt(event), false));
    this.#space.addEventListener("dblclick", (event) => this.#open(this.#rowAt(event)));
    this.#size = new ResizeObserver(() => this.refresh());
    this.#size.observe(this.#scroller);
  }

  get selected(): Entry | undefined {
    return this.#rows.at(this.#selected);
  }

  get selectedIndex(): number {
    return this.#selected;
  }

  close(): void {
    this.#size.disconnect();
    cancelAnimationFrame(this.#frame);
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Shows other rows, from the top, with nothing chosen. */
  show(rows: Rows, look: RowLook, rowHeight: number): void {
    this.#rows = rows;
    this.#look = look;
    this.#rowHeight = rowHeight;
    for (const row of this.#pool) row.element.remove();
    this.#pool = [];
    this.#selected = -1;
    this.#scroller.scrollTop = 0;
    this.#draw();
  }

  /** The same rows in another object: all stays where it is. */
  replace(rows: Rows): void {
    this.#rows = rows;
    this.refresh();
  }

  set order(order: Order | undefined) {
    for (const [column, heading] of this.#headings) {
      const direction = order?.column === column ? order.descending ? "descending" : "ascending" : "none";
      heading.setAttribute("aria-sort", direction);
      heading.querySelector("button")!.disabled = order === undefined;
    }
  }

  /** The rows have changed: they are drawn with the next frame, once, however often this is called. */
  refresh(): void {
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** Chooses a row; -1 for none. */
  select(index: number, reveal = true): void {
    const before = this.selected;
    this.#selected = this.#rows.count === 0 ? -1 : Math.max(-1, Math.min(index, this.#rows.count - 1));
    if (reveal && this.#selected >= 0) {
      const { scrollTop, clientHeight } = this.#scroller;
      this.#space.style.height = `${this.#rows.count * this.#rowHeight}px`;
      this.#scroller.scrollTop = scrollTo(this.#selected, scrollTop, clientHeight, this.#rowHeight);
    }
    this.#draw();
    if (this.selected !== before) this.#events.selected(this.selected);
  }

  /** The rows have moved: the same entry stays chosen, here. */
  moveSelection(index: number): void {
    this.#selected = index;
    this.refresh();
  }

  /** Whether the key stroke was one of the list's, and is done. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
    const page = Math.max(1, Math.floor(this.#scroller.clientHeight / this.#rowHeight) - 1);
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    if (event.key in steps) this.select(Math.max(0, this.#selected + steps[event.key]));
    else if (event.key === "Enter") this.#open(this.#selected);
    else if (event.key.length === 1 && event.key !== "/" && (event.key !== " " || this.#isTyping)) {
      this.#type(event.key);
    } else return false;
    event.preventDefault();
    return true;
  }

  get #isTyping(): boolean {
    return this.#typed !== "" && performance.now() - this.#typedAt < TYPING;
  }

  /** Letters choose what begins with them; one letter again and again goes through all of these. */
  #type(letter: string): void {
    const isAgain = this.#isTyping && [...this.#typed].every((typed) => typed === letter);
    this.#typed = this.#isTyping ? this.#typed + letter : letter;
    this.#typedAt = performance.now();
    const from = Math.max(0, this.#selected);
    let found = isAgain ? -1 : this.#rows.find(this.#typed, this.#typed.length === 1 ? from + 1 : from);
    if (found < 0 && isAgain) found = this.#rows.find(letter, from + 1);
    if (found >= 0) this.select(found);
  }

  #open(index: number): void {
    const entry = this.#rows.at(index);
    if (entry) this.#events.open(entry);
  }

  #rowAt(event: Event): number {
    const element = (event.target as Element).closest(".row");
    return this.#pool.find((row) => row.element === element)?.index ?? -1;
  }

  #draw(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    const count = this.#rows.count;
    this.#space.style.height = `${count * this.#rowHeight}px`;
    this.element.style.setProperty("--row", `${this.#rowHeight}px`);
    this.element.setAttribute("aria-rowcount", String(count + 1));
    const { scrollTop, clientHeight } = this.#scroller;
    const { first, end } = rowsSeen(scrollTop, clientHeight, this.#rowHeight, count);
    this.#grow(end - first);
    // A row keeps its element while it is seen: only what comes into view is filled anew.
    const places = this.#pool.length;
    for (let index = first; index < first + places; index++) {
      const row = this.#pool[index % places];
      const entry = index < end ? this.#rows.at(index) : undefined;
      row.element.hidden = entry === undefined;
      if (!entry || !this.#look) continue;
      row.show(entry, index, this.#rowHeight, this.#look);
      row.element.setAttribute("aria-selected", String(index === this.#selected));
    }
    const isSeen = this.#selected >= first && this.#selected < end;
    if (isSeen) this.element.setAttribute("aria-activedescendant", `row-${this.#selected}`);
    else this.element.removeAttribute("aria-activedescendant");
  }

  #grow(count: number): void {
    while (this.#pool.length < count) {
      const row = new Row();
      this.#pool.push(row);
      this.#space.append(row.element);
    }
  }
}

/** What a search has found, as it comes. */
export class Hits implements Rows {
  readonly #hits: Entry[] = [];

  get count(): number {
    return this.#hits.length;
  }

  at(index: number): Entry | undefined {
    return this.#hits[index];
  }

  add(hits: readonly Entry[]): void {
    for (const hit of hits) this.#hits.push(hit);
  }

  find(beginning: string, from: number): number {
    const wanted = beginning.toLowerCase();
    for (let step = 0; step < this.#hits.length; step++) {
      const index = (from + step) % this.#hits.length;
      if (this.#hits[index].name.toLowerCase().startsWith(wanted)) return index;
    }
    return -1;
  }
}
