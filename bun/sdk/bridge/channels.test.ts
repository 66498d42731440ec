import { expect, test } from "bun:test";
import { Channels } from "./channels.ts";

function recorded(): { channels: Channels; log: string[] } {
  const log: string[] = [];
  return { log, channels: new Channels((name) => log.push(`+${name}`), (name) => log.push(`-${name}`)) };
}

test("a later subscriber gets the last value, after subscribe has returned", async () => {
  const { channels, log } = recorded();
  channels.subscribe("c", () => {});
  channels.deliver("c", { n: 1 });
  const heard: unknown[] = [];
  channels.subscribe("c", (value) => heard.push(value));
  expect(heard).toEqual([]);
  await Promise.resolve();
  expect(heard).toEqual([{ n: 1 }]);
  expect(log).toEqual(["+c"]);
});

test("a last value that is null or undefined replays as well", async () => {
  const { channels } = recorded();
  channels.subscribe("c", () => {});
  channels.deliver("c", undefined);
  let calls = 0;
  channels.subscribe("c", () => calls++);
  await Promise.resolve();
  expect(calls).toBe(1);
});

test("without replay neither the cached nor the server's last value comes, only new ones", async () => {
  const { channels } = recorded();
  const heard: unknown[] = [];
  channels.subscribe("c", (value) => heard.push(value), { replay: false });
  channels.deliver("c", "old", true);
  const late: unknown[] = [];
  channels.subscribe("c", (value) => late.push(value), { replay: false });
  await Promise.resolve();
  channels.deliver("c", "new");
  expect([heard, late]).toEqual([["new"], ["new"]]);
});

test("who unsubscribes hears nothing more, not even a replay on its way or the rest of a delivery", async () => {
  const { channels, log } = recorded();
  const heard: string[] = [];
  let second = () => {};
  channels.subscribe("c", () => second());
  second = channels.subscribe("c", () => heard.push("second"));
  channels.deliver("c", 1);
  channels.subscribe("c", () => heard.push("third"))();
  await Promise.resolve();
  expect(heard).toEqual([]);
  expect(log).toEqual(["+c"]);
});

test("the last value is forgotten with the last subscriber", async () => {
  const { channels, log } = recorded();
  const stop = channels.subscribe("c", () => {});
  channels.deliver("c", "stale");
  stop();
  const heard: unknown[] = [];
  channels.subscribe("c", (value) => heard.push(value));
  await Promise.resolve();
  expect(heard).toEqual([]);
  expect(log).toEqual(["+c", "-c", "+c"]);
});

test("a subscriber that throws does not keep the others from hearing", () => {
  const { channels } = recorded();
  const error = console.error;
  const reported: unknown[] = [];
  console.error = (value: unknown) => void reported.push(value);
  try {
    let heard = 0;
    channels.subscribe("c", () => {
      throw new Error("mine");
    });
    channels.subscribe("c", () => heard++);
    channels.deliver("c", 1);
    expect(heard).toBe(1);
    expect(String(reported[0])).toContain("mine");
  } finally {
    console.error = error;
  }
});
