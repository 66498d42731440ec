import type { LiveNote } from "../client/live-note.ts";
import { type Change, difference, spots } from "../model/change.ts";
import { countWords, joinText, splitText } from "../model/note.ts";
import { h } from "./dom.ts";

type Field = HTMLInputElement | HTMLTextAreaElement;

/** Where one writes: the title's line and the text below it. */
export class Editor {
  readonly element: HTMLElement;
  readonly #title: HTMLInputElement;
  readonly #body: HTMLTextAreaElement;
  readonly #escape: () => void;
  #note: LiveNote | undefined;

  constructor(escape: () => void) {
    this.#escape = escape;
    this.#title = h("input", {
      class: "title",
      type: "text",
      placeholder: "Title",
      "aria-label": "Title",
      spellcheck: true,
      autocomplete: "off",
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#titleKey(event),
    });
    this.#body = h("textarea", {
      class: "body",
      placeholder: "Write something…",
      "aria-label": "Text",
      spellcheck: true,
      oninput: () => this.#typed(),
      onkeydown: (event: KeyboardEvent) => this.#bodyKey(event),
    });
    this.element = h("div", { class: "editor" }, this.#title, this.#body);
    this.show(undefined);
  }

  /** Which note is written to; its text comes with `update`. */
  show(note: LiveNote | undefined): void {
    this.#note = note;
    this.#title.value = "";
    this.#body.value = "";
    this.setEnabled(false);
  }

  setEnabled(enabled: boolean): void {
    this.#title.disabled = this.#body.disabled = !enabled;
  }

  /** The note's text: only what is different is touched, so that the cursor, the selection and the place stay. */
  update(text: string, change?: Change): void {
    const isFirst = this.#title.disabled;
    this.setEnabled(true);
    if (change && !isFirst) this.#touch(change);
    const { title, body } = splitText(text);
    patch(this.#title, title);
    patch(this.#body, body);
    if (!isFirst) return;
    this.#body.setSelectionRange(0, 0);
    this.#body.scrollTop = 0;
  }

  /** Makes a change of the text where it lies within the title or the body; the rest is left to a comparison. */
  #touch(change: Change): void {
    const end = this.#title.value.length;
    for (const { from, end: to, text } of spots(change)) {
      if (from > end) this.#body.setRangeText(text, from - end - 1, to - end - 1, "preserve");
      else if (to <= end && !text.includes("\n")) this.#title.setRangeText(text, from, to, "preserve");
    }
  }

  get words(): number {
    return countWords(this.#title.value) + countWords(this.#body.value);
  }

  get title(): string {
    return this.#title.value.trim();
  }

  get isBlank(): boolean {
    return this.#title.value.trim() === "" && this.#body.value.trim() === "";
  }

  /** Begins to write: in the title of a blank note, else in the text. */
  focus(): void {
    (this.isBlank ? this.#title : this.#body).focus();
  }

  #typed(): void {
    this.#note?.edit(joinText(this.#title.value, this.#body.value));
  }

  #titleKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") return this.#escape();
    if (event.key !== "Enter" && event.key !== "ArrowDown") return;
    event.preventDefault();
    this.#body.focus();
    if (event.key === "Enter") this.#body.setSelectionRange(0, 0);
  }

  #bodyKey(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Escape") return this.#escape();
    const atStart = this.#body.selectionStart === 0 && this.#body.selectionEnd === 0;
    if (!atStart || event.shiftKey || (event.key !== "ArrowUp" && event.key !== "Backspace")) return;
    event.preventDefault();
    this.#title.focus();
    this.#title.setSelectionRange(this.#title.value.length, this.#title.value.length);
  }
}

function patch(field: Field, value: string): void {
  if (field.value === value) return;
  const { from, oldEnd, newEnd } = difference(field.value, value);
  field.setRangeText(value.slice(from, newEnd), from, oldEnd, "preserve");
}
