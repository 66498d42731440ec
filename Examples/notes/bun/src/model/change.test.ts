import { describe, expect, test } from "bun:test";
import { apply, type Change, changeBetween, compose, isChange, spots, transform } from "./change.ts";
import { randomEdit, randomSource } from "./random.ts";

describe("a change", () => {
  test("keeps, deletes and inserts", () => {
    expect(apply("hello world", [6, -5, "there"])).toBe("hello there");
  });

  test("that does not fit the text is refused", () => {
    for (const change of [[5], [3, -2], ["x"], [1.5, 2.5], [4, "x", 1]] as Change[]) {
      expect(() => apply("four", change)).toThrow(RangeError);
    }
  });

  test("between two texts is the one place where they differ", () => {
    expect(changeBetween("one two three", "one 2 three")).toEqual([4, "2", -3, 6]);
    expect(changeBetween("same", "same")).toBeUndefined();
    expect(changeBetween("", "new")).toEqual(["new"]);
    expect(changeBetween("aaa", "aaaa")).toEqual([3, "a"]);
  });

  test("never cuts a character in two", () => {
    // 😀 and 😁 have their first half in common, 😀 and 🨀 their second.
    expect(changeBetween("a😀", "a😁")).toEqual([1, "😁", -2]);
    expect(changeBetween("😀b", "🨀b")).toEqual(["🨀", -2, 1]);
  });

  test("from outside is looked at before it is used", () => {
    expect(isChange([1, -2, "three"])).toBe(true);
    for (const value of [undefined, "x", [0], [null], [[1]], [0.5], [NaN], { 0: 1 }]) {
      expect(isChange(value)).toBe(false);
    }
  });
});

const unchanged = (text: string): Change => text === "" ? [] : [text.length];

describe("two changes of one text", () => {
  test("made in either order give the same text, whatever they are", () => {
    const random = randomSource(7);
    for (let round = 0; round < 3000; round++) {
      const text = "abcdefghij".slice(0, Math.floor(random() * 11));
      const first = changeBetween(text, randomEdit(text, random, "X")) ?? unchanged(text);
      const second = changeBetween(text, randomEdit(text, random, "Y")) ?? unchanged(text);
      const [firstAfter, secondAfter] = transform(first, second);
      expect(apply(apply(text, first), secondAfter)).toBe(apply(apply(text, second), firstAfter));
    }
  });

  test("that insert at one place put the first one's text first", () => {
    const [first, second] = transform([2, "A"], [2, "B"]);
    expect(apply(apply("__", [2, "A"]), second)).toBe("__AB");
    expect(apply(apply("__", [2, "B"]), first)).toBe("__AB");
  });

  test("never lose what was typed into a place that the other deletes", () => {
    const [, typed] = transform([-6], [3, "new", 3]);
    expect(apply(apply("abcdef", [-6]), typed)).toBe("new");
  });

  test("of different texts are refused", () => {
    expect(() => transform([3], [4])).toThrow(RangeError);
  });
});

describe("changes in a row", () => {
  test("are one change, whatever they are", () => {
    const random = randomSource(11);
    for (let round = 0; round < 3000; round++) {
      const text = "abcdefghij".slice(0, Math.floor(random() * 11));
      let current = text;
      let all: Change | undefined;
      for (let step = 0; step < 4; step++) {
        const next = randomEdit(current, random, "XYZW"[step]);
        const change = changeBetween(current, next);
        if (change) all = all ? compose(all, change) : change;
        current = next;
      }
      expect(all ? apply(text, all) : text).toBe(current);
    }
  });

  test("that undo each other are none", () => {
    expect(compose([2, "x", 2], [2, -1, 2])).toBeUndefined();
  });

  test("touch the text in spots, told from its end", () => {
    expect(spots([1, "a", -2, 3, "b", 1, -1])).toEqual([
      { from: 7, end: 8, text: "" },
      { from: 6, end: 6, text: "b" },
      { from: 1, end: 3, text: "a" },
    ]);
  });
});
