import type { Goal } from "../client/search-run.ts";
import { h, icon } from "./dom.ts";

export interface SearchBoxEvents {
  /** What is searched has changed; empty for no search. */
  changed(text: string, goal: Goal): void;
  /** The person goes on to the list. */
  leave(): void;
}

const DELAY = 70;

/** The search's field, and whether names or contents are searched. */
export class SearchBox {
  readonly element: HTMLElement;
  readonly #input: HTMLInputElement;
  readonly #events: SearchBoxEvents;
  #goal: Goal = "name";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(events: SearchBoxEvents) {
    this.#events = events;
    this.#input = h("input", {
      class: "search",
      type: "search",
      placeholder: "Search",
      "aria-label": "Search below this folder",
      autocomplete: "off",
      spellcheck: false,
      oninput: () => this.#changed(DELAY),
      onkeydown: (event: KeyboardEvent) => this.#key(event),
    });
    this.element = h(
      "div",
      { class: "search-box", role: "search" },
      h("label", { class: "search-field" }, icon("search"), this.#input),
      h(
        "div",
        { class: "goals", role: "radiogroup", "aria-label": "Search in" },
        this.#choice("name", "Names"),
        this.#choice("text", "Contents"),
      ),
    );
  }

  get text(): string {
    return this.#input.value.trim();
  }

  focus(): void {
    this.#input.focus();
    this.#input.select();
  }

  clear(): void {
    this.#input.value = "";
    this.#changed(0);
  }

  #choice(goal: Goal, label: string): HTMLElement {
    const input = h("input", {
      type: "radio",
      name: "goal",
      value: goal,
      checked: goal === this.#goal,
      onchange: () => {
        this.#goal = goal;
        this.#changed(0);
      },
    });
    return h("label", {}, input, h("span", {}, label));
  }

  #changed(delay: number): void {
    clearTimeout(this.#timer);
    const tell = () => this.#events.changed(this.text, this.#goal);
    if (delay === 0) tell();
    else this.#timer = setTimeout(tell, delay);
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      this.clear();
      this.#events.leave();
    } else if (event.key === "ArrowDown" || event.key === "Enter") this.#events.leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
