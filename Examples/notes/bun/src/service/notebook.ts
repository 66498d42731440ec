import { apply, type Change, transform } from "../model/change.ts";
import { findIn, inOrder, searchWords, type Summary } from "../model/note.ts";
import type { Edit, Snapshot } from "../model/shared-text.ts";
import { type NoteEvent, type NoteStore, type StoredNote, summaryOf, type TextEvent, withSeen } from "./stored-note.ts";

/** How many of a note's last edits are remembered; who is further behind begins anew. */
const HISTORY = 200;
/** Deleted notes can be restored for this long, in milliseconds. */
const KEPT = 30 * 24 * 60 * 60 * 1000;
/** UTF-16 units that a note may have. */
export const MAX_LENGTH = 4_000_000;

export interface NotebookEvents {
  note(event: NoteEvent): void;
  text(id: string, event: TextEvent): void;
}

export type EditResult = { rev: number } | { stale: true };

/** All notes. What it is told is in the store when the call returns. */
export class Notebook {
  readonly #notes = new Map<string, StoredNote>();
  readonly #history = new Map<string, Change[]>();
  readonly #store: NoteStore;
  readonly #events: NotebookEvents;
  readonly #now: () => number;

  constructor(store: NoteStore, events: NotebookEvents, now: () => number = Date.now) {
    this.#store = store;
    this.#events = events;
    this.#now = now;
    for (const key of store.keys()) {
      const note = key.startsWith("note:") ? store.get<StoredNote>(key) : null;
      if (note) this.#notes.set(note.id, note);
    }
  }

  /** Adds notes to a notebook that has never had any; the first one is the first in the list. */
  welcome(texts: readonly { text: string; pinned?: boolean }[]): void {
    if (this.#store.get("welcomed")) return;
    this.#store.set("welcomed", true);
    const now = this.#now();
    texts.forEach(({ text, pinned = false }, index) => this.#add(text, pinned, now - index * 1000));
  }

  list(): Summary[] {
    return this.#present().map(summaryOf).sort(inOrder);
  }

  /** The notes that hold all words of a search, each with the place where it was found as its excerpt. */
  search(search: string): Summary[] {
    const words = searchWords(search);
    const found: Summary[] = [];
    for (const note of this.#present()) {
      const place = findIn(note.text, words);
      if (place !== undefined) found.push({ ...summaryOf(note), excerpt: place });
    }
    return found.sort(inOrder);
  }

  create(text = ""): Summary {
    const note = this.#add(limited(text), false, this.#now());
    return this.#told(note);
  }

  open(id: string, client: string): Snapshot & { summary: Summary } {
    const note = this.#get(id);
    return { text: note.text, rev: note.rev, seq: note.seen[client] ?? 0, summary: summaryOf(note) };
  }

  /** Makes an edit, fitted around those that came in between. `stale`: it is too far behind; open the note anew. */
  edit(id: string, { client, seq, rev, change }: Edit): EditResult {
    const note = this.#get(id);
    if (seq <= (note.seen[client] ?? 0)) return { rev: note.rev };
    const history = this.#history.get(id) ?? [];
    const behind = note.rev - rev;
    if (behind < 0 || behind > history.length) return { stale: true };
    let fitted = change;
    for (const earlier of history.slice(history.length - behind)) fitted = transform(earlier, fitted)[1];
    const text = limited(apply(note.text, fitted));
    this.#history.set(id, [...history.slice(1 - HISTORY), fitted]);
    const edited = this.#put({
      ...note,
      text,
      rev: note.rev + 1,
      seen: withSeen(note.seen, client, seq),
      updated: this.#now(),
    });
    this.#events.text(id, { client, seq, rev: edited.rev, change: fitted });
    this.#told(edited);
    return { rev: edited.rev };
  }

  pin(id: string, pinned: boolean): Summary {
    return this.#told(this.#put({ ...this.#get(id), pinned }));
  }

  remove(id: string): void {
    this.#put({ ...this.#get(id), deleted: this.#now() });
    this.#events.note({ removed: id });
  }

  restore(id: string): Summary {
    const note = this.#notes.get(id);
    if (!note) throw new Error("This note is gone for good.");
    const { deleted: _, ...kept } = note;
    return this.#told(this.#put(kept));
  }

  /** Forgets the notes whose time to be restored is over. */
  purge(): void {
    for (const note of this.#notes.values()) {
      if (note.deleted === undefined || note.deleted > this.#now() - KEPT) continue;
      this.#notes.delete(note.id);
      this.#history.delete(note.id);
      this.#store.del(`note:${note.id}`);
    }
  }

  #present(): StoredNote[] {
    return [...this.#notes.values()].filter((note) => note.deleted === undefined);
  }

  #get(id: string): StoredNote {
    const note = this.#notes.get(id);
    if (!note || note.deleted !== undefined) throw new Error("This note was deleted.");
    return note;
  }

  #add(text: string, pinned: boolean, time: number): StoredNote {
    const id = crypto.randomUUID();
    return this.#put({ id, text, pinned, created: time, updated: time, rev: 0, seen: {} });
  }

  #put(note: StoredNote): StoredNote {
    // The store first: what could not be written has not happened.
    this.#store.set(`note:${note.id}`, note);
    this.#notes.set(note.id, note);
    return note;
  }

  #told(note: StoredNote): Summary {
    const summary = summaryOf(note);
    this.#events.note({ changed: summary });
    return summary;
  }
}

function limited(text: string): string {
  if (text.length > MAX_LENGTH) throw new Error(`A note holds ${MAX_LENGTH.toLocaleString("en")} characters at most.`);
  return text;
}
