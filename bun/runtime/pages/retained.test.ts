import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";
import { RetainedValues } from "./retained-values.ts";

describe("retained values", () => {
  test("of each kind have their own bounds: last values make room, states don't", () => {
    const values = new RetainedValues({ channels: 3, length: 20 });
    for (const channel of ["a", "b", "c", "d"]) values.keep(channel, `"${channel}"`, true);
    expect(["a", "b", "c", "d"].map((channel) => values.get(channel))).toEqual([undefined, `"b"`, `"c"`, `"d"`]);
    values.keep("b", "1", true);
    values.keep("e", "2", true);
    expect(values.get("b")).toBe("1");
    expect(values.get("c")).toBeUndefined();
    for (const channel of ["x", "y", "z"]) values.keep(channel, "0", "value");
    expect(() => values.keep("w", "0", "value")).toThrow(/pushValue\("w"\): at most 3 channels/);
    values.forget("x");
    values.keep("w", "0", "value");
    expect(() => values.keep("w", "x".repeat(19), "value")).toThrow(/TOO_LARGE|at most/);
    expect([values.get("w"), values.get("x"), values.get("d")]).toEqual(["0", undefined, `"d"`]);
  });

  test("that are too long by themselves are not remembered, and cost no others", () => {
    const values = new RetainedValues({ channels: 3, length: 20 });
    values.keep("a", "short", true);
    values.keep("b", "x".repeat(21), true);
    expect(values.get("b")).toBeUndefined();
    values.keep("c", "y".repeat(20), true);
    expect([values.get("a"), values.get("c")?.length]).toEqual([undefined, 20]);
  });

  test("become a state by the first pushValue, and stay one", () => {
    const values = new RetainedValues();
    values.keep("a", "1", true);
    expect(values.isValue("a")).toBe(false);
    values.keep("a", "2", "value");
    values.keep("a", "3", true);
    values.keep("a", "4", false);
    expect([values.get("a"), values.isValue("a")]).toEqual(["3", true]);
  });
});

describe("a page", () => {
  let app: App;
  beforeAll(async () => {
    app = await App.start({
      "services/s.ts":
        `let svc; export const start = (ctx) => { svc = ctx; ctx.ipc.web.pushValue("at-start", "state"); };
        export const query = ([how, channel, data, options]) => { if (how === "fill") for (let n = 0; n <= 10_000; n++) svc.ipc.web.pushValue("fill-" + n, n);
          how === "push" ? svc.push(channel, data, options) : svc.ipc.web[how](channel, data); };`,
    });
  });
  afterAll(() => app.dispose());

  const push = (...call: unknown[]) => app.query("s", call);
  /** What a page that subscribes now gets of each channel at once. */
  async function replayed(...channels: string[]): Promise<unknown[]> {
    const page = await app.openPage("9");
    for (const channel of channels) await page.subscribe(channel);
    page.close();
    return page.messages.all.flatMap((message) =>
      message.type === "push" ? [[message.channel, message.data, message.replay]] : []
    );
  }

  test("that subscribes late gets states and last values, marked as such, and no events", async () => {
    await push("pushValue", "state", { n: 1 });
    await push("pushValue", "state", { n: 2 });
    await push("push", "last", "old");
    await push("push", "last", "new");
    await push("push", "by-option", 1, { retain: true });
    await push("push", "event", 1, { retain: false });
    app.send({ type: "push", channel: "host-state", data: 5, retain: true });
    app.send({ type: "push", channel: "host-last", data: 6 });
    app.send({ type: "push", channel: "host-event", data: 7, retain: false });
    const all = ["state", "last", "by-option", "event", "host-state", "host-last", "host-event", "at-start", "none"];
    expect(await replayed(...all)).toEqual([
      ["state", { n: 2 }, true],
      ["last", "new", true],
      ["by-option", 1, true],
      ["host-state", 5, true],
      ["host-last", 6, true],
      ["at-start", "state", true],
    ]);
  });

  test("that opens a socket gets nothing that it didn't subscribe to", async () => {
    await push("pushValue", "secret", "of another window");
    expect(await replayed()).toEqual([]);
  });

  test("hears an event of ipc.web.push only while it listens", async () => {
    const page = await app.openPage();
    await page.subscribe("now");
    await app.query("s", ["push", "now", 1, { retain: false }]);
    expect(await page.next("push", ({ channel }) => channel === "now")).toEqual({
      type: "push",
      channel: "now",
      data: 1,
    });
    page.close();
    expect(await replayed("now")).toEqual([]);
  });

  test("can't replace a state by publishing, though all hear it; it can replace a last value", async () => {
    const page = await app.openPage("1");
    await page.subscribe("state");
    await push("pushValue", "state", "true");
    await push("push", "shared", "app's");
    for (const channel of ["state", "shared"]) page.send({ type: "publish", channel, data: "page's" });
    await page.next("push", ({ channel, data }) => channel === "state" && data === "page's");
    await page.settle();
    expect(await replayed("state", "shared")).toEqual([["state", "true", true], ["shared", "page's", true]]);
    page.close();
  });

  test("hears null when a state ends, and later ones nothing", async () => {
    const page = await app.openPage();
    await push("pushValue", "ending", 1);
    await page.subscribe("ending");
    await push("pushValue", "ending");
    await page.next("push", ({ channel, data }) => channel === "ending" && data === null);
    expect(await replayed("ending")).toEqual([]);
    page.close();
  });

  test("gets a state again when it reconnects, and what services push anew after a restart of Bun", async () => {
    await push("pushValue", "state", "before");
    const channels = ["state", "at-start"];
    expect(await replayed(...channels)).toEqual([["state", "before", true], ["at-start", "state", true]]);
    app.kill("SIGKILL");
    await app.exited;
    await app.launchUntilReady();
    expect(await replayed(...channels)).toEqual([["at-start", "state", true]]);
  });

  test("can be sure of a state: one that there is no room for is refused by the call", async () => {
    await expect(app.query("s", ["fill", "x"])).rejects.toMatchObject({ code: "TOO_LARGE" });
    expect(await replayed("fill-0", "at-start")).toEqual([["fill-0", 0, true], ["at-start", "state", true]]);
  });
});
