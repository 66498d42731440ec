import { expect, test } from "bun:test";
import { countText, DateText, shown, sizeText } from "./text.ts";

test("sizes are read at a glance", () => {
  const sizes = [0, 1, 999, 1000, 1449, 9_949, 9_951, 999_499, 999_500, 12_345_678, 3e12, 5e17];
  expect(sizes.map((size) => sizeText(size, "en"))).toEqual([
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "1.4 kB",
    "9.9 kB",
    "10 kB",
    "999 kB",
    "1.0 MB",
    "12 MB",
    "3.0 TB",
    "500 PB",
  ]);
});

test("a name stays on its line and can't turn the text around", () => {
  expect(shown("a\nb\tc\u007f")).toBe("a�b�c�");
  expect(shown("invoice\u202efdp.exe")).toBe("invoice�fdp.exe");
  // A byte that is no text, as the host writes it.
  expect(shown("x\uefff")).toBe("x�");
  expect(shown("Ünïcödé 日本語 👍")).toBe("Ünïcödé 日本語 👍");
});

test("dates are shorter the nearer they are", () => {
  const dates = new DateText(new Date(2026, 5, 15, 12).getTime(), "en-GB");
  expect(dates.short(new Date(2026, 5, 15, 9, 5).getTime())).toBe("Today, 9:05");
  expect(dates.short(new Date(2026, 5, 14, 23, 59).getTime())).toBe("14 Jun");
  expect(dates.short(new Date(2025, 11, 31).getTime())).toBe("31 Dec 2025");
  dates.now = new Date(2026, 5, 16).getTime();
  expect(dates.short(new Date(2026, 5, 15, 9, 5).getTime())).toBe("15 Jun");
});

test("counts have the right word", () => {
  expect([0, 1, 2000].map((count) => countText(count, "item", "items", "en"))).toEqual([
    "0 items",
    "1 item",
    "2,000 items",
  ]);
});
