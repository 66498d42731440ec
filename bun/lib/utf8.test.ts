import { expect, test } from "bun:test";
import { exceedsBytes, utf8Length } from "./utf8.ts";

test.each(["", "plain", "ü", "€", "👍", "a\ud800b", "\udc00", "\ud83d", "ü€👍x"])(
  "%p is as long as its encoding",
  (text) => {
    expect(utf8Length(text)).toBe(new TextEncoder().encode(text).length);
  },
);

test("the limit is a number of bytes", () => {
  expect(exceedsBytes("üü", 4)).toBeFalse();
  expect(exceedsBytes("üü", 3)).toBeTrue();
  expect(exceedsBytes("aaaa", 3)).toBeTrue();
  expect(exceedsBytes("", 0)).toBeFalse();
});
