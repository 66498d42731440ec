import { shortTime } from "../model/dates.ts";
import { fold, searchWords, type Summary } from "../model/note.ts";
import { grouped, neighbour } from "../model/note-list.ts";
import { h, icon, marked } from "./dom.ts";

export interface ListEvents {
  select(id: string): void;
  /** The person wants to write in the chosen note. */
  write(): void;
  popOut(id: string): void;
  remove(id: string): void;
}

/** The list of notes: a list box, whose options stay the same elements while they change and move. */
export class NoteListView {
  readonly element: HTMLElement;
  readonly #events: ListEvents;
  readonly #options = new Map<string, HTMLElement>();
  /** What it shows, in order. */
  notes: readonly Summary[] = [];
  #selected: string | undefined;

  constructor(events: ListEvents) {
    this.#events = events;
    this.element = h("div", {
      class: "list",
      role: "listbox",
      tabIndex: 0,
      "aria-label": "Notes",
      onkeydown: (event: KeyboardEvent) => void this.key(event),
    });
  }

  show(notes: readonly Summary[], search: string, now = Date.now()): void {
    this.notes = notes;
    const words = searchWords(search);
    const groups = search ? [{ heading: `${notes.length} found`, notes: [...notes] }] : grouped(notes, now);
    const ids = new Set(notes.map((note) => note.id));
    for (const [id, option] of this.#options) {
      if (!ids.has(id)) {
        option.remove();
        this.#options.delete(id);
      }
    }
    const scroll = this.element.scrollTop;
    this.element.replaceChildren(...groups.map(({ heading, notes }) =>
      h(
        "div",
        { role: "group", class: "group", "aria-label": heading },
        h("div", { class: "heading", "aria-hidden": "true" }, heading),
        ...notes.map((note) => this.#option(note, words, now)),
      )
    ));
    this.element.scrollTop = scroll;
    this.select(this.#selected, false);
  }

  select(id: string | undefined, reveal = true): void {
    this.#selected = id;
    for (const [key, option] of this.#options) option.setAttribute("aria-selected", String(key === id));
    const option = id === undefined ? undefined : this.#options.get(id);
    if (option) {
      this.element.setAttribute("aria-activedescendant", option.id);
      if (reveal) option.scrollIntoView({ block: "nearest" });
    } else {
      this.element.removeAttribute("aria-activedescendant");
    }
  }

  focus(): void {
    this.element.focus({ preventScroll: true });
  }

  /** Chooses the note `step` places further on. */
  step(step: number): void {
    const id = neighbour(this.notes, this.#selected, step);
    if (id !== undefined) this.#events.select(id);
  }

  /** Whether the key stroke was one of the list's, and is done. */
  key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 8,
      PageUp: -8,
      Home: -this.notes.length,
      End: this.notes.length,
    };
    if (event.key in steps) this.step(steps[event.key]);
    else if (event.key === "Enter") this.#events.write();
    else if (event.key === "Delete" && this.#selected !== undefined) this.#events.remove(this.#selected);
    else return false;
    event.preventDefault();
    return true;
  }

  #option(note: Summary, words: string[], now: number): HTMLElement {
    let option = this.#options.get(note.id);
    if (!option) {
      option = h("div", {
        class: "option",
        role: "option",
        id: `note-${note.id}`,
        onclick: () => this.#events.select(note.id),
        ondblclick: () => this.#events.popOut(note.id),
      });
      this.#options.set(note.id, option);
    }
    const title = note.title || "New note";
    const excerpt = note.excerpt || "No more text";
    option.classList.toggle("untitled", note.title === "");
    option.replaceChildren(
      h(
        "div",
        { class: "option-title" },
        h("span", {}, ...marked(title, fold(title), words)),
        note.pinned && icon("pin"),
      ),
      h(
        "div",
        { class: "option-detail" },
        h("time", { dateTime: new Date(note.updated).toISOString() }, shortTime(note.updated, now)),
        h("span", { class: "excerpt" }, ...marked(excerpt, fold(excerpt), words)),
      ),
    );
    return option;
  }
}
