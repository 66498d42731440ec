import { expect, test } from "bun:test";
import { describeError, toWireError } from "./runtime-error.ts";

const getter = () => {
  throw new Error("worse");
};
const hostile = [
  undefined,
  null,
  { toString: getter, toJSON: getter },
  Object.create(Error.prototype, { message: { get: getter }, name: { get: getter } }),
  Object.create(null),
  Symbol("x"),
  1n,
  new Proxy(new Error("x"), { get: getter }),
];

test("whatever is thrown becomes an error with a message", () => {
  for (const thrown of hostile) {
    const error = toWireError(thrown, "HANDLER_FAILED", true);
    expect(error.code).toBe("HANDLER_FAILED");
    expect(error.message).not.toBe("");
    expect(describeError(thrown)).not.toBe("");
  }
});

test("an error that is its own cause is described once more, not for ever", () => {
  const error: Error & { cause?: unknown } = new Error("round and round");
  error.cause = error;
  expect(describeError(error)).toContain("caused by");
});

test("a description of several errors in one names each", () => {
  const several = new AggregateError(
    [new TypeError("one"), "two", new AggregateError([new Error("three")], "inner")],
    "all",
  );
  const text = describeError(several);
  for (const part of ["AggregateError: all", "TypeError: one", "\ntwo", "Error: three"]) expect(text).toContain(part);
});
