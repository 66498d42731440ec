import { beforeEach, describe, expect, test } from "bun:test";
import { memoryStore } from "./memory-store.ts";
import { MAX_LENGTH, Notebook } from "./notebook.ts";
import type { NoteEvent, TextEvent } from "./stored-note.ts";
import { welcomeNotes } from "./welcome.ts";

let values: Map<string, string>;
let events: NoteEvent[];
let texts: TextEvent[];
let now: number;

const open = () =>
  new Notebook(memoryStore(values), {
    note: (event) => events.push(event),
    text: (_, event) => texts.push(event),
  }, () => now);
let book: Notebook;

beforeEach(() => {
  values = new Map();
  events = [];
  texts = [];
  now = Date.UTC(2026, 0, 1);
  book = open();
});

const edit = (rev: number, seq: number, change: (number | string)[]) => ({ client: "a", seq, rev, change });

describe("a notebook", () => {
  test("welcomes once, even when the welcome was deleted", () => {
    book.welcome(welcomeNotes);
    expect(book.list()[0].title).toBe("Welcome to Notes");
    expect(book.list()).toHaveLength(welcomeNotes.length);
    for (const { id } of book.list()) book.remove(id);
    const later = open();
    later.welcome(welcomeNotes);
    expect(later.list()).toEqual([]);
  });

  test("has every edit in its store at once", () => {
    const { id } = book.create("Milk");
    expect(book.edit(id, edit(0, 1, [4, " and bread"]))).toEqual({ rev: 1 });
    expect(open().open(id, "b")).toMatchObject({ text: "Milk and bread", rev: 1, seq: 0 });
    expect(open().open(id, "a").seq).toBe(1);
  });

  test("lists pinned notes first, then the last changed, with title and excerpt", () => {
    const first = book.create("First\n\n# body **of** it\nmore");
    now += 1000;
    const second = book.create("Second");
    expect(book.list().map(({ title }) => title)).toEqual(["Second", "First"]);
    book.pin(first.id, true);
    expect(book.list().map(({ id }) => id)).toEqual([first.id, second.id]);
    expect(book.list()[0].excerpt).toBe("body of it more");
  });

  test("makes an edit once, however often it comes", () => {
    const { id } = book.create("a");
    book.edit(id, edit(0, 1, [1, "b"]));
    expect(book.edit(id, edit(0, 1, [1, "b"]))).toEqual({ rev: 1 });
    expect(book.open(id, "a").text).toBe("ab");
    expect(texts).toHaveLength(1);
  });

  test("asks a window that is too far behind, or ahead, to begin anew", () => {
    const { id } = book.create("a");
    expect(book.edit(id, edit(3, 1, [1, "b"]))).toEqual({ stale: true });
    book.edit(id, edit(0, 1, [1, "b"]));
    const restarted = open();
    expect(restarted.edit(id, { client: "b", seq: 1, rev: 0, change: ["x", 1] })).toEqual({ stale: true });
  });

  test("refuses an edit that does not fit, and one that makes the note too long", () => {
    const { id } = book.create("a");
    expect(() => book.edit(id, edit(0, 1, [5]))).toThrow();
    expect(() => book.edit(id, edit(0, 1, [1, "x".repeat(MAX_LENGTH)]))).toThrow(/4,000,000/);
    expect(book.open(id, "a")).toMatchObject({ text: "a", rev: 0 });
  });

  test("deletes and restores, and forgets a deleted note after a month", () => {
    const { id } = book.create("Gone");
    book.remove(id);
    expect(events.at(-1)).toEqual({ removed: id });
    expect(book.list()).toEqual([]);
    expect(() => book.open(id, "a")).toThrow(/deleted/);
    expect(book.restore(id).title).toBe("Gone");
    book.remove(id);
    now += 29 * 24 * 3600 * 1000;
    book.purge();
    expect(book.restore(id).title).toBe("Gone");
    book.remove(id);
    now += 31 * 24 * 3600 * 1000;
    book.purge();
    expect(() => book.restore(id)).toThrow(/for good/);
    expect([...values.keys()].some((key) => key.includes(id))).toBe(false);
  });

  test("finds notes that have all words, whatever their case and accents, and shows where", () => {
    book.create("Shopping\nMilk, bread");
    const long = book.create(`Journal\n${"word ".repeat(200)}Café au lait in the morning`);
    expect(book.search("MILK shop").map(({ title }) => title)).toEqual(["Shopping"]);
    const [found] = book.search("cafe");
    expect(found.id).toBe(long.id);
    expect(found.excerpt).toStartWith("… ");
    expect(found.excerpt).toContain("Café au lait");
    expect(book.search("milk café")).toEqual([]);
  });

  test("remembers only the last windows that wrote", () => {
    const { id } = book.create("");
    for (let index = 0; index < 30; index++) {
      book.edit(id, { client: `window ${index}`, seq: 1, rev: index, change: index ? [index, "x"] : ["x"] });
    }
    expect(book.open(id, "window 29").seq).toBe(1);
    expect(book.open(id, "window 0").seq).toBe(0);
  });

  test("takes a note of a million characters", () => {
    const { id } = book.create("long ".repeat(200_000));
    book.edit(id, edit(0, 1, [500_000, "!", 500_000]));
    expect(book.open(id, "a").text).toHaveLength(1_000_001);
    expect(book.list()[0].excerpt.length).toBeLessThan(200);
  });
});
