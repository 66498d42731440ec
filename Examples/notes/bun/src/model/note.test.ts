import { describe, expect, test } from "bun:test";
import { countWords, excerptOf, findIn, fold, joinText, searchWords, splitText } from "./note.ts";

describe("a note's text", () => {
  test("is a title and what follows it", () => {
    expect(splitText("Title\nbody\nmore")).toEqual({ title: "Title", body: "body\nmore" });
    expect(splitText("Title")).toEqual({ title: "Title", body: "" });
    expect(joinText("Title", "body")).toBe("Title\nbody");
    expect(joinText("Title", "")).toBe("Title");
    expect(joinText("", "body")).toBe("\nbody");
  });

  test("has an excerpt without marks and line ends", () => {
    expect(excerptOf("\n\n# Head\n- one\n- two")).toBe("Head one two");
    expect(excerptOf("x".repeat(1000))).toHaveLength(140);
  });

  test("has words", () => {
    expect(countWords("One two-fold, don’t — 3 ½")).toBe(5);
    expect(countWords("")).toBe(0);
  });
});

describe("a search", () => {
  test("does not care for case and accents, and keeps every place", () => {
    expect(fold("Ärger ÇA İx ﬁn")).toHaveLength("Ärger ÇA İx ﬁn".length);
    expect(fold("Crème BRÛLÉE")).toBe("creme brulee");
    expect(searchWords("  Crème  brûlée ")).toEqual(["creme", "brulee"]);
  });

  test("finds a text with all words and shows the first place", () => {
    expect(findIn("short text", ["text", "short"])).toBe("short text");
    expect(findIn("short text", ["text", "none"])).toBeUndefined();
    expect(findIn(`${"far ".repeat(50)}away in the text`, ["away"])).toStartWith("… far far far far away in");
  });
});
