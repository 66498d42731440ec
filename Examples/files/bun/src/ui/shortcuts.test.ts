import { expect, test } from "bun:test";
import { commandOf } from "./shortcuts.ts";

const keys = (key: string, held = "") => ({
  key,
  ctrlKey: held.includes("c"),
  metaKey: false,
  shiftKey: held.includes("s"),
  altKey: held.includes("a"),
});

test("some keys are commands everywhere, some only in the list", () => {
  expect(commandOf(keys("F", "c"), false)).toBe("search");
  expect(commandOf(keys("ArrowLeft", "a"), false)).toBe("back");
  expect(commandOf(keys("?", ""), true)).toBeUndefined();
  expect(["Backspace", "Delete", "F2", " ", "/", "Escape"].map((key) => commandOf(keys(key), true))).toEqual([
    "up",
    "delete",
    "rename",
    "preview",
    "search",
    "clear",
  ]);
  expect(["Backspace", "Delete", " ", "/", "a"].map((key) => commandOf(keys(key), false))).toEqual(
    Array(5).fill(undefined),
  );
  expect(commandOf(keys("Delete", "c"), true)).toBeUndefined();
});
