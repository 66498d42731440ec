import { expect, test } from "bun:test";
import { commandOf } from "./shortcuts.ts";

const stroke = (key: string, held: string[] = []) =>
  commandOf({
    key,
    ctrlKey: held.includes("ctrl"),
    metaKey: held.includes("meta"),
    shiftKey: held.includes("shift"),
    altKey: held.includes("alt"),
  });

test("key strokes mean commands, and what is the text's stays the text's", () => {
  expect(stroke("n", ["ctrl"])).toBe("new");
  expect(stroke("n", ["meta"])).toBe("new");
  expect(stroke("P", ["ctrl", "shift"])).toBe("pin");
  expect(stroke("/", ["ctrl", "shift"])).toBe("help");
  expect(stroke("n")).toBeUndefined();
  expect(stroke("N", ["ctrl", "shift"])).toBeUndefined();
  expect(stroke("n", ["ctrl", "alt"])).toBeUndefined();
  expect(stroke("c", ["ctrl"])).toBeUndefined();
});
