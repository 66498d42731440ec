import { expect, test } from "bun:test";
import { CallTable } from "./call-table.ts";

const codeOf = (promise: Promise<unknown>) => promise.then(() => "resolved", (error) => error.code);

test("calls are answered by id, once", async () => {
  const table = new CallTable(() => {});
  const ids: number[] = [];
  const first = table.open("call", "a", 0, undefined, (id) => ids.push(id));
  const second = table.open("call", "b", 0, undefined, (id) => ids.push(id));
  expect(table.resolve(ids[1], "two")).toBeTrue();
  expect(table.resolve(ids[1], "again")).toBeFalse();
  expect(table.resolve(ids[0], "one")).toBeTrue();
  expect(await Promise.all([first, second])).toEqual(["one", "two"]);
  expect(ids).toEqual([1, 2]);
  expect(table.size).toBe(0);
});

test("each call has its own deadline, also one that is earlier than those before it", async () => {
  const abandoned: number[] = [];
  const table = new CallTable((id) => abandoned.push(id));
  const order: string[] = [];
  const open = (name: string, timeout: number) =>
    table.open("call", name, timeout, undefined, () => {}).then(String, (error) => {
      order.push(name);
      return error.message as string;
    });
  const messages = await Promise.all([open("slow", 60), open("quick", 10), open("middle", 30)]);
  expect(order).toEqual(["quick", "middle", "slow"]);
  expect(abandoned).toEqual([2, 3, 1]);
  expect(messages[1]).toBe('call("quick") got no answer within 0.01 s');
});

test("an aborted call lets go of its signal", async () => {
  const table = new CallTable(() => {});
  const abort = new AbortController();
  const call = codeOf(table.open("call", "a", 0, abort.signal, () => {}));
  abort.abort();
  abort.abort();
  expect(await call).toBe("ABORTED");
  expect(table.size).toBe(0);
});

test("what start throws rejects the call and closes it", async () => {
  const table = new CallTable(() => {});
  const call = table.open("call", "a", 0, undefined, () => {
    throw new Error("no");
  });
  expect(await codeOf(call)).toBe("BAD_REQUEST");
  expect(table.size).toBe(0);
});
