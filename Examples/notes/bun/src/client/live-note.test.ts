import { expect, test } from "bun:test";
import type { Edit } from "../model/shared-text.ts";
import { memoryStore } from "../service/memory-store.ts";
import { type EditResult, Notebook } from "../service/notebook.ts";
import { LiveNote, type LiveNoteEvents, type NoteLink } from "./live-note.ts";

/** A service next door whose answers can be held back, and whose connection can be lost. */
class Link implements NoteLink {
  readonly book = new Notebook(memoryStore(), { note: () => {}, text: (_, edit) => this.#tell(edit) });
  readonly id = this.book.create("Title\nText").id;
  readonly listeners = new Set<(edit: Edit) => void>();
  #reconnect = new Set<() => void>();
  #isLost = false;

  async open(id: string, client: string) {
    await this.#way();
    return this.book.open(id, client);
  }

  async edit(id: string, edit: Edit): Promise<EditResult> {
    await this.#way();
    return this.book.edit(id, edit);
  }

  onText(_: string, callback: (edit: Edit) => void) {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  onReconnect(callback: () => void) {
    this.#reconnect.add(callback);
    return () => this.#reconnect.delete(callback);
  }

  lose(): void {
    this.#isLost = true;
  }

  comeBack(): void {
    this.#isLost = false;
    for (const callback of this.#reconnect) callback();
  }

  get text(): string {
    return this.book.open(this.id, "test").text;
  }

  async #way(): Promise<void> {
    await Promise.resolve();
    if (this.#isLost) throw Object.assign(new Error("lost"), { code: "UNAVAILABLE" });
  }

  #tell(edit: Edit): void {
    // As a socket would: whole, later and in order, and not at all when it is gone.
    if (!this.#isLost) queueMicrotask(() => this.listeners.forEach((listener) => listener(edit)));
  }
}

const nothing: LiveNoteEvents = { text: () => {}, saved: () => {}, failed: () => {} };

async function opened(link: Link, events: Partial<LiveNoteEvents> = {}): Promise<LiveNote> {
  const note = new LiveNote(link.id, link, { ...nothing, ...events });
  await note.sync();
  return note;
}

test("what is typed is saved, also what is typed while an edit is under way", async () => {
  const link = new Link();
  const note = await opened(link);
  for (const end of ["!", "!!", "!!!"]) note.edit(`Title\nText${end}`);
  await note.close();
  expect(link.text).toBe("Title\nText!!!");
  expect(link.listeners.size).toBe(0);
});

test("two windows show each other's letters", async () => {
  const link = new Link();
  const shown: string[] = [];
  const first = await opened(link, { text: (text) => shown.push(text) });
  const second = await opened(link);
  second.edit("Title\nText from the second");
  await second.flush();
  expect(shown.at(-1)).toBe("Title\nText from the second");
  expect(first.text).toBe("Title\nText from the second");
});

test("what is typed while the service is away is saved when it is back, with what others did", async () => {
  const link = new Link();
  const failures: unknown[] = [];
  const states: boolean[] = [];
  const note = await opened(link, { failed: (error) => failures.push(error), saved: (saved) => states.push(saved) });
  link.lose();
  note.edit("Title\nText, offline");
  await note.flush();
  expect(states.at(-1)).toBe(false);
  link.book.edit(link.id, { client: "other", seq: 1, rev: 0, change: ["Big ", 10] });
  link.comeBack();
  await note.sync();
  await note.flush();
  expect(link.text).toBe("Big Title\nText, offline");
  expect(note.text).toBe(link.text);
  expect(states.at(-1)).toBe(true);
  expect(failures).toEqual([]);
});

test("a note that was deleted is told, and can't hold up the window's end", async () => {
  const link = new Link();
  const failures: unknown[] = [];
  const note = await opened(link, { failed: (error) => failures.push(error) });
  link.book.remove(link.id);
  note.edit("Title\nmore");
  await note.close();
  expect(String(failures[0])).toContain("deleted");
});

test("what is typed while the note is asked for is sent once", async () => {
  const link = new Link();
  const note = await opened(link);
  const open = link.open.bind(link);
  let release = () => {};
  // The answer is as old as the question, and late.
  link.open = async (id, client) => {
    const snapshot = await open(id, client);
    await new Promise<void>((resolve) => (release = resolve));
    return snapshot;
  };
  note.edit("Title\nText,");
  link.comeBack();
  note.edit("Title\nText, and more");
  while (link.text !== "Title\nText,") await Promise.resolve();
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
  release();
  await note.sync();
  await note.flush();
  expect(link.text).toBe("Title\nText, and more");
  expect(note.text).toBe(link.text);
});
