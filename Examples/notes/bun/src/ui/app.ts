import { nativeWindow } from "@keystone/sdk/bridge";
import { api } from "../client/notes-api.ts";
import { NoteList, successor } from "../model/note-list.ts";
import type { Summary } from "../model/note.ts";
import { h, icon, iconButton } from "./dom.ts";
import { createHelp } from "./help.ts";
import { NoteListView } from "./list.ts";
import { NotePage } from "./note-page.ts";
import { type Command, commandOf } from "./shortcuts.ts";
import { Toast } from "./toast.ts";

const SELECTED = "notes:selected";
const SEARCH_DELAY = 80;

/** The main window: the list, the search, and the note that is chosen. */
export class NotesApp {
  /** Resolves when the notes are on the screen, or when they can't be. */
  readonly ready: Promise<void>;
  readonly #list = new NoteList();
  readonly #toast = new Toast();
  readonly #help = createHelp();
  readonly #view: NoteListView;
  readonly #page: NotePage;
  readonly #search: HTMLInputElement;
  readonly #pin = iconButton("pin", "Pin", () => this.#run("pin"), "Ctrl Shift P");
  readonly #root: HTMLElement;
  readonly #ends: (() => void)[] = [];
  /** What the search has found; `undefined` while there is none. */
  #found: Summary[] | undefined;
  #searching: AbortController | undefined;
  #searchTimer: ReturnType<typeof setTimeout> | undefined;
  #loaded = false;

  constructor(root: HTMLElement) {
    this.#view = new NoteListView({
      select: (id) => this.#select(id),
      write: () => this.#page.focus(),
      popOut: (id) => void this.#popOut(id),
      remove: (id) => void this.#remove(id),
    });
    this.#page = new NotePage([
      this.#pin,
      iconButton("popOut", "Open in a window", () => this.#run("popOut"), "Ctrl O"),
      iconButton("trash", "Delete", () => this.#run("delete"), "Ctrl D"),
    ], {
      escape: () => this.#view.focus(),
      failed: (message) => this.#toast.show(message),
      text: (title) => void nativeWindow.setTitle(title || "Notes").catch(() => undefined),
    });
    this.#search = h("input", {
      class: "search",
      type: "search",
      placeholder: "Search",
      "aria-label": "Search notes",
      autocomplete: "off",
      oninput: () => this.#searchSoon(),
      onkeydown: (event: KeyboardEvent) => this.#searchKey(event),
    });
    this.#root = root;
    root.append(this.#layout());
    const onKey = (event: KeyboardEvent) => this.#key(event);
    addEventListener("keydown", onKey);
    // Where a note stands in the list depends on what day it is.
    const onFocus = () => this.#show();
    addEventListener("focus", onFocus);
    this.#ends.push(
      () => removeEventListener("keydown", onKey),
      () => removeEventListener("focus", onFocus),
      api.onEvent((event) => {
        this.#list.take(event);
        if ("removed" in event && event.removed === this.#page.id) this.#openAfter(event.removed);
        if (this.#found) this.#searchSoon();
        this.#show();
      }),
      api.onReconnect(() => void this.#load()),
    );
    this.ready = this.#load().then(() => this.#page.ready);
  }

  /** Resolves when everything is saved. */
  async close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#searching?.abort();
    clearTimeout(this.#searchTimer);
    this.#toast.hide();
    await this.#page.close();
    this.#root.replaceChildren();
  }

  #layout(): HTMLElement {
    const create = iconButton("new", "New note", () => this.#run("new"), "Ctrl N");
    return h(
      "div",
      { class: "notes" },
      h(
        "nav",
        { class: "side", "aria-label": "All notes" },
        h("header", { class: "bar" }, h("label", { class: "search-box" }, icon("search"), this.#search), create),
        this.#view.element,
        h("footer", {}, iconButton("keyboard", "Keyboard shortcuts", () => this.#run("help"), "Ctrl /")),
      ),
      this.#page.element,
      this.#toast.element,
      this.#help.element,
    );
  }

  async #load(): Promise<void> {
    const notes = await this.#tried(api.list());
    if (!notes) return;
    this.#list.reset(notes);
    if (this.#found) this.#searchSoon();
    const last = localStorage.getItem(SELECTED) ?? "";
    this.#loaded = true;
    if (this.#page.id === undefined || !this.#list.get(this.#page.id)) {
      this.#open(this.#list.get(last)?.id ?? this.#list.sorted()[0]?.id);
    }
    this.#show();
  }

  get #visible(): Summary[] {
    return this.#found ?? this.#list.sorted();
  }

  #show(): void {
    if (!this.#loaded) return;
    const search = this.#found ? this.#search.value.trim() : "";
    this.#view.show(this.#visible, search);
    const isEmpty = this.#visible.length === 0;
    this.#view.element.dataset.empty = !isEmpty ? "" : search ? "No note has these words." : "No notes yet.";
    const chosen = this.#page.id === undefined ? undefined : this.#list.get(this.#page.id);
    this.#page.describe(chosen);
    this.#pin.setAttribute("aria-pressed", String(chosen?.pinned ?? false));
    this.#pin.setAttribute("aria-label", chosen?.pinned ? "Unpin" : "Pin");
  }

  #select(id: string): void {
    if (id === this.#page.id) return;
    this.#open(id);
    this.#show();
  }

  /** Opens a note, or says that there is none. A blank note that is left is not kept. */
  #open(id: string | undefined): void {
    const left = this.#page.isBlank ? this.#page.id : undefined;
    if (id === undefined) {
      this.#page.openNothing(
        "note",
        "Nothing here yet.",
        h("button", {
          type: "button",
          class: "primary",
          onclick: () => this.#run("new"),
        }, "Write a note"),
      );
      localStorage.removeItem(SELECTED);
    } else {
      this.#page.open(id);
      localStorage.setItem(SELECTED, id);
    }
    this.#view.select(id);
    if (left !== undefined && left !== id && this.#list.get(left)) void this.#tried(api.remove(left));
  }

  /** The chosen note is gone: the one that moves into its place is chosen. */
  #openAfter(id: string): void {
    const next = successor(this.#view.notes, id);
    this.#open(next !== undefined && this.#list.get(next) ? next : this.#list.sorted()[0]?.id);
  }

  #run(command: Command): void {
    const id = this.#page.id;
    const chosen = id === undefined ? undefined : this.#list.get(id);
    if (command === "new") void this.#create();
    else if (command === "search") this.#search.select();
    else if (command === "help") this.#help.toggle();
    else if (command === "undo") this.#toast.act();
    else if (command === "close") void nativeWindow.close();
    else if (!chosen) return;
    else if (command === "pin") void this.#tried(api.pin(chosen.id, !chosen.pinned));
    else if (command === "popOut") void this.#popOut(chosen.id);
    else if (command === "delete") void this.#remove(chosen.id);
  }

  async #create(): Promise<void> {
    if (this.#page.isBlank) return this.#page.focus();
    this.#clearSearch();
    const note = await this.#tried(api.create());
    if (!note) return;
    this.#list.take({ changed: note });
    this.#open(note.id);
    this.#page.focus();
    this.#show();
    this.#view.select(note.id);
  }

  async #remove(id: string): Promise<void> {
    const title = this.#list.get(id)?.title || "New note";
    const restore = async () => {
      const note = await this.#tried(api.restore(id));
      if (!note) return;
      this.#list.take({ changed: note });
      this.#select(id);
    };
    this.#view.focus();
    // A promise that ends in `undefined` either way: `true` tells success.
    if (await this.#tried(api.remove(id).then(() => true))) this.#toast.show(`“${title}” was deleted`, "Undo", restore);
  }

  async #popOut(id: string): Promise<void> {
    const title = this.#list.get(id)?.title || "New note";
    await this.#tried((async () => {
      if (await api.raise(id)) return;
      const windowId = await nativeWindow.open("note", { title });
      await api.assign(windowId, id);
    })());
  }

  #searchSoon(): void {
    clearTimeout(this.#searchTimer);
    this.#searching?.abort();
    const search = this.#search.value.trim();
    if (search === "") {
      this.#found = undefined;
      return this.#show();
    }
    this.#searchTimer = setTimeout(async () => {
      const { signal } = this.#searching = new AbortController();
      const found = await api.search(search, signal).catch((error) => signal.aborted ? undefined : this.#failed(error));
      if (!found || signal.aborted) return;
      this.#found = found;
      this.#show();
    }, SEARCH_DELAY);
  }

  #clearSearch(): void {
    this.#search.value = "";
    this.#searchSoon();
  }

  #searchKey(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      this.#clearSearch();
      this.#view.focus();
    } else if (event.key === "ArrowDown" || event.key === "Enter") {
      const isIn = this.#visible.some((note) => note.id === this.#page.id);
      this.#view.step(isIn && event.key === "ArrowDown" ? 1 : 0);
      this.#view.focus();
    } else return;
    event.preventDefault();
  }

  #key(event: KeyboardEvent): void {
    // Before anything has the focus, the keys are the list's.
    if (event.target === document.body && this.#view.key(event)) return this.#view.focus();
    this.#command(event);
  }

  #command(event: KeyboardEvent): void {
    const command = commandOf(event);
    const isWriting = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
    if (!command || (command === "undo" && isWriting)) return;
    event.preventDefault();
    this.#run(command);
  }

  #tried<T>(work: Promise<T>): Promise<T | undefined> {
    return work.catch((error) => this.#failed(error));
  }

  #failed(error: unknown): undefined {
    this.#toast.show(error instanceof Error ? error.message : String(error));
  }
}
