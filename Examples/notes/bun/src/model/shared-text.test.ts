import { expect, test } from "bun:test";
import { Notebook } from "../service/notebook.ts";
import { memoryStore } from "../service/memory-store.ts";
import { randomEdit, randomSource } from "./random.ts";
import { type Edit, SharedText } from "./shared-text.ts";

/** A window whose messages wait until the test delivers them. */
class Window {
  readonly inbox: Edit[] = [];
  readonly outbox: Edit[] = [];
  readonly text: SharedText;

  constructor(readonly name: string, readonly book: Notebook, readonly id: string) {
    this.text = new SharedText(name, book.open(id, name));
  }

  type(text: string): void {
    this.text.type(text);
    this.send();
  }

  send(): void {
    const edit = this.text.take();
    if (edit) this.outbox.push(edit);
  }

  deliverOut(): void {
    const edit = this.outbox.shift();
    if (edit && "stale" in this.book.edit(this.id, edit)) this.resync();
  }

  deliverIn(): void {
    const edit = this.inbox.shift();
    if (!edit) return;
    if (this.text.receive(edit) === "missed") this.resync();
    this.send();
  }

  /** The connection was lost, and all that was on the way with it. */
  resync(): void {
    this.inbox.length = this.outbox.length = 0;
    this.text.resync(this.book.open(this.id, this.name));
    this.send();
  }
}

function meeting(text: string): { book: Notebook; windows: Window[]; id: string } {
  const windows: Window[] = [];
  const book = new Notebook(memoryStore(), {
    note: () => {},
    text: (_, edit) => windows.forEach((window) => window.inbox.push(edit)),
  });
  const { id } = book.create(text);
  windows.push(new Window("a", book, id), new Window("b", book, id), new Window("c", book, id));
  return { book, windows, id };
}

function settle(windows: Window[]): void {
  while (windows.some((window) => window.inbox.length > 0 || window.outbox.length > 0)) {
    for (const window of windows) {
      window.deliverOut();
      window.deliverIn();
    }
  }
}

test("windows that type at once, in any order of messages, end with one text", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomSource(seed);
    const { book, windows, id } = meeting("The quick brown fox");
    for (let step = 0; step < 120; step++) {
      const window = windows[Math.floor(random() * windows.length)];
      const what = random();
      if (what < 0.4) window.type(randomEdit(window.text.text, random, window.name));
      else if (what < 0.7) window.deliverOut();
      else window.deliverIn();
    }
    settle(windows);
    const { text } = book.open(id, "test");
    expect({ seed, texts: windows.map((window) => window.text.text) }).toEqual({ seed, texts: [text, text, text] });
    expect(windows.every((window) => window.text.isSaved)).toBe(true);
  }
});

test("connections that are lost on the way lose and double nothing", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = randomSource(seed);
    const { book, windows, id } = meeting("");
    let typed = "";
    for (let step = 0; step < 80; step++) {
      const window = windows[Math.floor(random() * windows.length)];
      const what = random();
      if (what < 0.4) {
        // Every letter is typed once, at the end of what the window shows.
        const letter = String.fromCodePoint(0x4e00 + typed.length);
        typed += letter;
        window.type(window.text.text + letter);
      } else if (what < 0.65) window.deliverOut();
      else if (what < 0.9) window.deliverIn();
      else window.resync();
    }
    windows.forEach((window) => window.resync());
    settle(windows);
    const { text } = book.open(id, "test");
    expect({ seed, letters: [...text].sort() }).toEqual({ seed, letters: [...typed].sort() });
    expect(windows.map((window) => window.text.text)).toEqual([text, text, text]);
  }
});

test("what one types stays where it is while another types above it", () => {
  const { windows: [a, b] } = meeting("one\ntwo");
  a.type("one\ntwo, and on");
  b.type("zero\none\ntwo");
  b.deliverOut();
  a.deliverIn();
  expect(a.text.text).toBe("zero\none\ntwo, and on");
});

test("what is typed in two places before it is sent stays two places", () => {
  const { windows: [a, b] } = meeting("one two");
  b.type("zone two");
  b.type("zero one two");
  b.type("zero one two three");
  while (b.outbox.length > 0) {
    b.deliverOut();
    b.deliverIn();
  }
  expect(a.inbox.map((edit) => a.text.receive(edit))).toEqual([["z", 7], [1, "ero ", 7, " three"]]);
});
