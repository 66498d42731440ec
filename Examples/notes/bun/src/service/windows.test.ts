import { expect, test } from "bun:test";
import { NoteWindows } from "./windows.ts";

test("a note has a window for as long as the window's call is open", async () => {
  const windows = new NoteWindows();
  const first = new AbortController();
  const second = new AbortController();
  const attending = windows.attend("note", "1", first.signal);
  void windows.attend("note", "2", second.signal);
  expect(windows.of("note")).toBe("1");
  first.abort();
  await attending;
  expect(windows.of("note")).toBe("2");
  second.abort();
  expect(windows.of("note")).toBeUndefined();
  await windows.attend("note", "3", AbortSignal.abort());
  expect(windows.of("note")).toBeUndefined();
});
