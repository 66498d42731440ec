import { api } from "../client/notes-api.ts";
import { LiveNote } from "../client/live-note.ts";
import type { Change } from "../model/change.ts";
import { shortTime } from "../model/dates.ts";
import { splitText, type Summary } from "../model/note.ts";
import { Editor } from "./editor.ts";
import { h, icon, type IconName } from "./dom.ts";

export interface NotePageEvents {
  /** The person leaves the text. */
  escape(): void;
  failed(message: string): void;
  /** The note's text is on the screen, or has changed. */
  text?(title: string): void;
}

const COUNT_DELAY = 150;

/** The page of one note: its bar, its text, or what to show instead. */
export class NotePage {
  readonly element: HTMLElement;
  readonly #editor: Editor;
  readonly #status = h("div", { class: "status" });
  readonly #instead = h("div", { class: "instead" });
  readonly #events: NotePageEvents;
  #note: LiveNote | undefined;
  #summary: Summary | undefined;
  #saved = true;
  #focusWhenReady = false;
  #counting: ReturnType<typeof setTimeout> | undefined;

  constructor(actions: readonly (HTMLElement | string)[], events: NotePageEvents) {
    this.#events = events;
    this.#editor = new Editor(() => events.escape());
    // What is typed has to reach the summary and the count, too.
    this.#editor.element.addEventListener("input", () => this.#changed());
    this.element = h(
      "main",
      { class: "page" },
      h("header", { class: "bar" }, this.#status, h("div", { class: "actions" }, ...actions)),
      this.#editor.element,
      this.#instead,
    );
  }

  get id(): string | undefined {
    return this.#note?.id;
  }

  get summary(): Summary | undefined {
    return this.#summary;
  }

  /** Resolves when the note's text is there, or when it can't be. */
  get ready(): Promise<void> {
    return this.#note?.ready ?? Promise.resolve();
  }

  get isBlank(): boolean {
    return this.#note?.text !== undefined && this.#editor.isBlank;
  }

  get title(): string {
    return this.#editor.title || "New note";
  }

  /** Shows a note; what was typed into the last one is saved. */
  open(id: string): void {
    if (id === this.#note?.id) return;
    void this.close();
    this.element.dataset.state = "note";
    this.#note = new LiveNote(id, api, {
      text: (text, change) => this.#text(text, change),
      saved: (isSaved) => this.#show({ isSaved }),
      failed: (error) => this.#events.failed(error instanceof Error ? error.message : String(error)),
    });
    this.#editor.show(this.#note);
  }

  /** Shows no note, but a few words, perhaps with something to do. */
  openNothing(name: IconName, text: string, ...more: (Node | string)[]): void {
    void this.close();
    this.element.dataset.state = "nothing";
    this.#instead.replaceChildren(icon(name), h("p", {}, text), ...more);
  }

  /** Resolves when everything that was typed is saved. */
  close(): Promise<void> {
    const note = this.#note;
    this.#note = this.#summary = undefined;
    this.#focusWhenReady = false;
    clearTimeout(this.#counting);
    this.#counting = undefined;
    this.#status.textContent = "";
    this.#editor.show(undefined);
    return note?.close() ?? Promise.resolve();
  }

  focus(): void {
    if (this.#note?.text === undefined) this.#focusWhenReady = true;
    else this.#editor.focus();
  }

  /** What the list knows about the note. */
  describe(summary: Summary | undefined): void {
    this.#summary = summary;
    this.#show({});
  }

  #text(text: string, change?: Change): void {
    this.#editor.update(text, change);
    if (this.#focusWhenReady) this.#editor.focus();
    this.#focusWhenReady = false;
    this.#events.text?.(splitText(text).title);
    this.#show({});
  }

  #changed(): void {
    this.#events.text?.(this.#editor.title);
    this.#show({});
  }

  /** The line above the text. Counting the words of a long note takes a while: not with each key stroke. */
  #show({ isSaved = this.#saved }: { isSaved?: boolean }): void {
    this.#saved = isSaved;
    this.#counting ??= setTimeout(() => {
      this.#counting = undefined;
      if (!this.#note || !this.#summary) return;
      const words = this.#editor.words;
      const edited = this.#saved ? `Edited ${shortTime(this.#summary.updated, Date.now())}` : "Not saved yet";
      this.#status.textContent = `${edited}  ·  ${words} ${words === 1 ? "word" : "words"}`;
    }, this.#status.textContent === "" ? 0 : COUNT_DELAY);
  }
}
