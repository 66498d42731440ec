import { expect, test } from "bun:test";
import { LineSplitter } from "./line-splitter.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

test("lines come out whole, however they are cut, inside of a character too", () => {
  const all = bytes('{"a":"ü"}\n\n{"b":1}\nrest');
  for (let size = 1; size <= all.length; size++) {
    const splitter = new LineSplitter(100);
    const lines = [];
    for (let start = 0; start < all.length; start += size) {
      lines.push(...splitter.push(all.subarray(start, start + size)));
    }
    expect(lines).toEqual(['{"a":"ü"}', "", '{"b":1}'].map((text) => ({ kind: "line", text })));
  }
});

test("a line over the limit is skipped, and its memory is not kept", () => {
  const splitter = new LineSplitter(4);
  expect(splitter.push(bytes("1234\n12345"))).toEqual([{ kind: "line", text: "1234" }]);
  expect(splitter.push(bytes("67890\nnext\n"))).toEqual([{ kind: "tooLong", bytes: 10 }, {
    kind: "line",
    text: "next",
  }]);
});

test("a chunk that is used again by its owner doesn't change a line", () => {
  const splitter = new LineSplitter(100);
  const chunk = bytes("ab");
  splitter.push(chunk);
  chunk.fill(120);
  expect(splitter.push(bytes("c\n"))).toEqual([{ kind: "line", text: "abc" }]);
});
