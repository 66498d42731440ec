import { expect, test } from "bun:test";
import { describe, fromWireError, KeystoneError, toWireError } from "./errors.ts";

test("an error survives the wire", () => {
  const wire = toWireError(Object.assign(new TypeError("no"), { code: "MINE" }));
  expect(wire).toEqual({ name: "TypeError", message: "no", code: "MINE" });
  const error = fromWireError(JSON.parse(JSON.stringify(wire)));
  expect(error).toBeInstanceOf(KeystoneError);
  expect([error.name, error.message, error.code]).toEqual(["TypeError", "no", "MINE"]);
});

test("the stack goes only where it is asked for, and long texts are cut", () => {
  expect(toWireError(new Error("x")).stack).toBeUndefined();
  expect(toWireError(new Error("x"), { stack: true }).stack).toContain("errors.test");
  expect(toWireError(new Error("x".repeat(100_000))).message.length).toBeLessThan(20_000);
});

for (const value of [undefined, null, 7, "text", {}, { code: 3, message: [] }, [], Symbol("s"), 1n]) {
  test(`${describe(value)} can be thrown and can arrive`, () => {
    const wire = toWireError(value);
    expect([typeof wire.name, typeof wire.message, wire.code]).toEqual(["string", "string", "HANDLER_FAILED"]);
    expect(fromWireError(value)).toBeInstanceOf(KeystoneError);
  });
}

test("numeric codes, as Node's errors have none of, do not leak", () => {
  expect(toWireError(Object.assign(new Error("x"), { code: 42 })).code).toBe("HANDLER_FAILED");
});

test("instanceof knows errors of other copies of this module, and nothing else", async () => {
  const specifier = "./errors.ts?copy";
  const copy: typeof import("./errors.ts") = await import(specifier);
  expect(copy.KeystoneError === KeystoneError).toBeFalse();
  expect(new copy.KeystoneError("TIMEOUT", "x") instanceof KeystoneError).toBeTrue();
  class Special extends KeystoneError {}
  expect(new copy.KeystoneError("TIMEOUT", "x") instanceof Special).toBeFalse();
  expect(new Special("TIMEOUT", "x") instanceof KeystoneError).toBeTrue();
  expect((new Error("x") as unknown) instanceof KeystoneError).toBeFalse();
  expect((null as unknown) instanceof KeystoneError).toBeFalse();
});

test("describe never throws", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  expect(describe(cyclic)).toBe("[object Object]");
  expect(describe(Object.create(null))).toBe("{}");
});
