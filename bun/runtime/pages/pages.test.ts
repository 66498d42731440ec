import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { App, TOKEN } from "../testing/app.ts";
import type { PageClient } from "../testing/page-client.ts";

let app: App;
let page: PageClient;
let other: PageClient;

beforeAll(async () => {
  app = await App.start({
    "keystone.config.ts": `export default { security: { mode: "allowlist", allowedActions: ["app:quit", "my:*"] } };`,
    "services/chat.ts": `let ctx; let aborted = 0;
      export function start(given) { ctx = given;
        ctx.onWebMessage("chat:send", (data, ws) => { ctx.push("chat:messages", data); ws.push("chat:receipt", ws.windowId); });
        ctx.onWebMessage("chat:bad", () => { throw new Error("bad listener"); });
        ctx.registerInvokeHandler("chat:wait", (_, { signal }) => new Promise((done) => { ctx.push("waiting", 1); signal.addEventListener("abort", () => { aborted++; ctx.push("aborted", aborted); done(0); }); }));
        ctx.registerInvokeHandler("chat:who", (args, info) => [info.source, info.windowId, args]);
      }
      export const query = (text) => text;
      export const onAction = (action, info) => { ctx.push("acted", [action, info.source]); ctx.action("seen:" + action); };`,
  });
  page = await app.openPage("7");
  other = await app.openPage("8");
});

afterAll(() => app.dispose());

describe("channels", () => {
  test("reach those who subscribed and nobody else", async () => {
    await page.subscribe("news");
    app.send({ type: "push", channel: "news", data: { n: 1 } });
    expect(await page.next("push")).toEqual({ type: "push", channel: "news", data: { n: 1 } });
    await other.settle();
    expect(other.messages.all.filter(({ type }) => type === "push")).toEqual([]);
    page.send({ type: "unsubscribe", channel: "news" });
    await page.settle();
    app.send({ type: "push", channel: "news", data: 2 });
    await app.query("paths");
    await page.settle();
    expect(page.messages.all.filter(({ type }) => type === "push")).toHaveLength(1);
  });

  test("replay the last value to later subscribers, unless it was not to be kept", async () => {
    app.send({ type: "push", channel: "state", data: "old" });
    app.send({ type: "push", channel: "state", data: "last" });
    app.send({ type: "push", channel: "event", data: "gone", retain: false });
    await app.query("paths");
    other.send({ type: "subscribe", channel: "event" });
    other.send({ type: "subscribe", channel: "state" });
    expect(await other.next("push")).toEqual({ type: "push", channel: "state", data: "last", replay: true });
  });

  test("carry what pages publish, to the publisher too", async () => {
    await page.subscribe("shared");
    await other.subscribe("shared");
    page.send({ type: "publish", channel: "shared", data: [1, null, "x"] });
    for (const one of [page, other]) {
      expect(await one.next("push", ({ channel }) => channel === "shared")).toMatchObject({ data: [1, null, "x"] });
    }
  });

  test("of other windows and of the framework may not be published on", async () => {
    for (const channel of ["window:8:title", "window:", "window:77:x", "__hmr__", "__x"]) {
      page.send({ type: "publish", channel, data: 1 });
      expect((await page.next("error")).error.code).toBe("FORBIDDEN");
    }
    await page.subscribe("window:7:title");
    page.send({ type: "publish", channel: "window:7:title", data: 1 });
    await page.next("push", ({ channel }) => channel === "window:7:title");
  });
});

describe("questions", () => {
  test("are answered by services and handlers, who learn who asks", async () => {
    expect(await page.query("chat", { text: "ü" })).toEqual({ text: "ü" });
    expect(await page.invoke("chat:who", [1])).toEqual(["window:7", "7", [1]]);
    expect(await page.invoke("chat:whom").catch((error) => [error.code, error.message])).toEqual([
      "NO_HANDLER",
      `no service handles "chat:whom". Did you mean "chat:who"?`,
    ]);
  });

  test("that are cancelled, or whose page goes away, abort their handler", async () => {
    const watcher = await app.openPage();
    await watcher.subscribe("waiting");
    await watcher.subscribe("aborted");
    page.send({ type: "invoke", id: "w1", channel: "chat:wait" });
    await watcher.next("push", ({ channel }) => channel === "waiting");
    page.send({ type: "cancel", id: "w1" });
    expect(await watcher.next("push", ({ channel }) => channel === "aborted")).toMatchObject({ data: 1 });
    const leaver = await app.openPage();
    leaver.send({ type: "invoke", id: 1, channel: "chat:wait" });
    await watcher.next("push", ({ channel }) => channel === "waiting");
    leaver.close();
    expect(await watcher.next("push", ({ channel }) => channel === "aborted")).toMatchObject({ data: 2 });
  });
});

describe("actions and messages", () => {
  test("that the list allows reach services and the host once", async () => {
    await page.subscribe("acted");
    page.send({ type: "action", action: "my:refresh" });
    expect(await page.next("push", ({ channel }) => channel === "acted")).toMatchObject({
      data: ["my:refresh", "window:7"],
    });
    expect(await app.messages.next((message) => message.type === "action_from_web"))
      .toEqual({ type: "action_from_web", action: "my:refresh", windowId: "7" });
    expect(await app.messages.next((message) => message.type === "action_from_service"))
      .toEqual({ type: "action_from_service", action: "seen:my:refresh", service: "chat" });
  });

  test("that it doesn't allow are refused and logged", async () => {
    for (const action of ["app:quit2", "mine", "other"]) {
      page.send({ type: "action", action });
      expect((await page.next("error")).error.code).toBe("FORBIDDEN");
    }
    await app.log(/action "other" of window:7 was dropped/);
    expect(app.messages.all.filter(({ type }) => type === "action_from_web")).toHaveLength(1);
  });

  test("of the host reach services with their source", async () => {
    app.send({ type: "action", action: "from:menu", source: "menu" });
    expect(await page.next("push", ({ data }) => Array.isArray(data) && data[1] === "menu")).toMatchObject({
      data: ["from:menu", "menu"],
    });
  });

  test("sent by name reach their listeners; an error in one is logged", async () => {
    await page.subscribe("chat:messages");
    page.send({ type: "send", name: "chat:send", data: "hello" });
    expect(await page.next("push", ({ channel }) => channel === "chat:messages")).toMatchObject({ data: "hello" });
    expect(await page.next("push", ({ channel }) => channel === "chat:receipt")).toMatchObject({ data: "7" });
    page.send({ type: "send", name: "chat:bad" });
    await app.log(/bad listener/);
    page.send({ type: "send", name: "chat:sent" });
    expect((await page.next("error")).error.message).toContain(`Did you mean "chat:send"?`);
  });
});

describe("bad input", () => {
  const bad = [
    "",
    "garbage",
    "null",
    "[]",
    "1",
    `"x"`,
    "{}",
    `{"type":1}`,
    `{"type":"nope"}`,
    `{"type":"__proto__"}`,
    `{"type":"constructor"}`,
    `{"type":"subscribe"}`,
    `{"type":"subscribe","channel":""}`,
    `{"type":"subscribe","channel":5}`,
    `{"type":"query"}`,
    `{"type":"query","id":{},"service":"chat"}`,
    `{"type":"query","id":1}`,
    `{"type":"invoke","id":1.5,"channel":"x"}`,
    `{"type":"action"}`,
    `{"type":"send"}`,
    `{"type":"cancel"}`,
    `{"type":"publish","data":1}`,
    "[".repeat(100_000),
    JSON.stringify({ type: "subscribe", channel: "x".repeat(2000) }),
  ];

  test("is answered by an error, and the socket stays", async () => {
    for (const text of bad) {
      page.send(text);
      expect([text.slice(0, 50), (await page.next("error")).error.code]).toEqual([text.slice(0, 50), "BAD_REQUEST"]);
    }
    page.socket.send(new Uint8Array([1, 2, 3]));
    expect((await page.next("error")).error.message).toContain("not bytes");
    expect(await page.query("chat", "still here")).toBe("still here");
  });

  test("over 16 MiB is answered by TOO_LARGE, and the socket stays", async () => {
    page.send(JSON.stringify({ type: "query", id: "big", service: "chat", args: "x".repeat(17 * 1024 * 1024) }));
    expect((await page.next("error")).error.code).toBe("TOO_LARGE");
    expect(((await page.query("chat", "y".repeat(4 * 1024 * 1024))) as string).length).toBe(4 * 1024 * 1024);
  });

  test("a page that doesn't read is cut off, and others are not held up", async () => {
    const silent = connect(app.port, "127.0.0.1");
    const closed = new Promise<void>((resolve) => silent.on("close", () => resolve()));
    silent.on("error", () => {});
    silent.write([
      "GET /ws HTTP/1.1",
      `Host: 127.0.0.1:${app.port}`,
      `Cookie: keystone_session=${TOKEN}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Sec-WebSocket-Version: 13",
      "",
      "",
    ].join("\r\n"));
    await new Promise((resolve) => silent.once("data", resolve));
    silent.write(maskedFrame(JSON.stringify({ type: "subscribe", channel: "flood" })));
    silent.pause();
    await page.subscribe("flood");
    const data = "z".repeat(1024 * 1024);
    for (let count = 1; count <= 90; count++) {
      app.send({ type: "push", channel: "flood", data: [count, data], retain: false });
      await page.next("push", (message) => message.channel === "flood");
    }
    // It is cut off while it still reads nothing.
    await app.log(/socket of web was cut off/);
    silent.resume();
    await closed;
    expect(await page.query("chat", 1)).toBe(1);
  }, 20_000);
});

function maskedFrame(text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  return new Uint8Array([0x81, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);
}
