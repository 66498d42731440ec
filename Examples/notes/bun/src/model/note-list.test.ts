import { describe, expect, test } from "bun:test";
import { groupOf, shortTime } from "./dates.ts";
import type { Summary } from "./note.ts";
import { grouped, neighbour, NoteList, successor } from "./note-list.ts";

const DAY = 24 * 60 * 60 * 1000;
const now = new Date(2026, 10, 20, 9, 30).getTime();
const note = (id: string, updated: number, pinned = false): Summary => (
  { id, title: id, excerpt: "", pinned, created: 0, updated }
);

describe("the list", () => {
  test("follows the events", () => {
    const list = new NoteList();
    list.reset([note("a", 1), note("b", 2)]);
    list.take({ changed: note("a", 3) });
    list.take({ changed: note("c", 0, true) });
    list.take({ removed: "b" });
    expect(list.sorted().map(({ id }) => id)).toEqual(["c", "a"]);
  });

  test("has headings", () => {
    const notes = [note("p", now - 90 * DAY, true), note("a", now), note("b", now - 1), note("c", now - DAY)];
    expect(grouped(notes, now, "en").map(({ heading, notes }) => [heading, notes.length])).toEqual([
      ["Pinned", 1],
      ["Today", 2],
      ["Yesterday", 1],
    ]);
  });

  test("is walked through up to its ends", () => {
    const notes = [note("a", 3), note("b", 2), note("c", 1)];
    expect(neighbour(notes, "a", 1)).toBe("b");
    expect(neighbour(notes, "a", -1)).toBe("a");
    expect(neighbour(notes, "b", 99)).toBe("c");
    expect(neighbour(notes, "gone", 1)).toBe("a");
    expect(neighbour([], "a", 1)).toBeUndefined();
    expect(successor(notes, "b")).toBe("c");
    expect(successor(notes, "c")).toBe("b");
    expect(successor([notes[0]], "a")).toBeUndefined();
  });
});

test("dates are as short as they can be", () => {
  expect(groupOf(now - 3 * DAY, now, "en")).toBe("Previous 7 days");
  expect(groupOf(now - 20 * DAY, now, "en")).toBe("Previous 30 days");
  expect(groupOf(new Date(2026, 2, 1).getTime(), now, "en")).toBe("March");
  expect(groupOf(new Date(2024, 2, 1).getTime(), now, "en")).toBe("March 2024");
  expect(shortTime(now, now, "en-GB")).toBe("9:30");
  expect(shortTime(now - 2 * DAY, now, "en-GB")).toBe("Wed");
  expect(shortTime(new Date(2026, 2, 1).getTime(), now, "en-GB")).toBe("1 Mar");
  expect(shortTime(new Date(2024, 2, 1).getTime(), now, "en-GB")).toBe("1 Mar 2024");
});
