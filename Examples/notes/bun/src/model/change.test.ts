import { describe, expect, test } from "bun:test";
import { apply, type Change, changeBetween, isChange, transform } from "./change.ts";
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
