import { afterEach, expect, test } from "bun:test";
import { BackOff } from "./back-off.ts";
import { BunLink } from "./bun-link.ts";
import { Connection } from "./connection.ts";
import { FakeBun, until } from "../../testing/fake-bun.ts";

const servers: FakeBun[] = [];
const connections: Connection[] = [];

function serve(port = 0): FakeBun {
  const server = new FakeBun(port);
  servers.push(server);
  return server;
}

function link(url: string | undefined, unavailable?: string): { connection: Connection; bun: BunLink } {
  const connection = new Connection(url, new BackOff(() => 0));
  connections.push(connection);
  return { connection, bun: new BunLink(connection, unavailable) };
}

const ask = (bun: BunLink, service: string, options?: { timeout?: number; signal?: AbortSignal }) =>
  bun.call<unknown>("query", service, 5000, options, (id) => ({ type: "query", id, service, args: 1 }));

const codeOf = (promise: Promise<unknown>) => promise.then(() => "resolved", (error) => error.code);

afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const server of servers.splice(0)) await server.stop();
});

test("a call made before the socket is open is sent when it is, and answered", async () => {
  const { bun, connection } = link(serve().url);
  const answer = ask(bun, "echo");
  expect(connection.state).toBe("connecting");
  expect(await answer).toEqual({ service: "echo", args: 1 });
});

test("an error keeps its code, name and message", async () => {
  const { bun } = link(serve().url);
  const error = await ask(bun, "fail").then(() => undefined, (error) => error);
  expect([error.code, error.name, error.message]).toEqual(["LUCK", "TypeError", "no luck"]);
});

test("several subscribers share one subscription, and the last one ends it", async () => {
  const server = serve();
  const { bun } = link(server.url);
  const heard: unknown[] = [];
  const first = bun.channels.subscribe("c", (value) => heard.push(["first", value]));
  const second = bun.channels.subscribe("c", (value) => heard.push(["second", value]));
  await server.received((message) => message.type === "subscribe");
  server.push("c", 1);
  await until(() => heard.length === 2);
  expect(heard).toEqual([["first", 1], ["second", 1]]);
  first();
  first();
  second();
  await server.received((message) => message.type === "unsubscribe");
  expect(server.messages.filter((message) => message.type === "subscribe")).toHaveLength(1);
  expect(server.messages.filter((message) => message.type === "unsubscribe")).toHaveLength(1);
});

test("a call in flight is rejected as soon as the socket closes; subscriptions come back on their own", async () => {
  const server = serve();
  const { bun } = link(server.url);
  const heard: unknown[] = [];
  bun.channels.subscribe("c", (value) => heard.push(value));
  const hanging = codeOf(ask(bun, "hang"));
  await server.received((message) => message.type === "query");
  server.dropSockets();
  expect(await hanging).toBe("UNAVAILABLE");
  await until(() => server.messages.filter((message) => message.type === "subscribe").length === 2);
  server.push("c", "again");
  await until(() => heard.length === 1);
  expect(heard).toEqual(["again"]);
});

test("after a restart on another port the page follows at once, with what it has asked meanwhile", async () => {
  const old = serve();
  const { bun, connection } = link(old.url);
  const heard: unknown[] = [];
  bun.channels.subscribe("c", (value) => heard.push(value));
  await until(() => connection.state === "open");
  await old.stop();
  await until(() => connection.state !== "open");
  const meanwhile = ask(bun, "echo");
  const next = serve();
  connection.serverReady(next.url);
  expect(await meanwhile).toEqual({ service: "echo", args: 1 });
  await next.received((message) => message.type === "subscribe");
  next.push("c", 2);
  await until(() => heard.length === 1);
});

test("it reconnects by itself to the same port", async () => {
  const server = serve();
  const { connection } = link(server.url);
  connection.start();
  await until(() => connection.state === "open");
  const { port } = server;
  await server.stop();
  await until(() => connection.state !== "open");
  serve(port);
  await until(() => connection.state === "open");
});

test("time-outs and aborts reject, and tell the other side to stop", async () => {
  const server = serve();
  const { bun, connection } = link(server.url);
  connection.start();
  await until(() => connection.state === "open");
  expect(await codeOf(ask(bun, "hang", { timeout: 20 }))).toBe("TIMEOUT");
  const abort = new AbortController();
  const aborted = codeOf(ask(bun, "hang", { signal: abort.signal }));
  abort.abort();
  expect(await aborted).toBe("ABORTED");
  await until(() => server.messages.filter((message) => message.type === "cancel").length === 2);
});

test("a call that is aborted while it waits for the socket is never sent", async () => {
  const server = serve();
  const { bun } = link(server.url);
  const abort = new AbortController();
  const aborted = codeOf(ask(bun, "hang", { signal: abort.signal }));
  abort.abort();
  expect(await aborted).toBe("ABORTED");
  await ask(bun, "echo");
  expect(server.messages.map((message) => message.type)).toEqual(["query"]);
});

test("without Bun calls are refused at once, nothing connects, and the host's own events still arrive", async () => {
  const { bun, connection } = link(undefined, "this app runs without Bun");
  const heard: unknown[] = [];
  bun.channels.subscribe("c", (value) => heard.push(value));
  expect(await codeOf(ask(bun, "echo"))).toBe("UNAVAILABLE");
  expect(connection.state).toBe("closed");
  bun.channels.deliver("c", 1);
  expect(heard).toEqual([1]);
});

test("once Bun has failed for good, waiting calls are rejected and new ones refused, until it is ready again", async () => {
  const { bun, connection } = link(undefined);
  const waiting = codeOf(ask(bun, "echo"));
  bun.bunState({ state: "failed", message: "gave up" });
  expect(await waiting).toBe("UNAVAILABLE");
  expect(await ask(bun, "echo").catch((error) => error.message)).toContain("gave up");
  bun.bunState({ state: "ready" });
  connection.serverReady(serve().url);
  expect(await ask(bun, "echo")).toEqual({ service: "echo", args: 1 });
});

test("what waits for the socket is bounded", async () => {
  const { bun } = link(undefined);
  const calls = Array.from({ length: 1001 }, () => codeOf(ask(bun, "echo", { timeout: 20 })));
  const codes = await Promise.all(calls);
  expect(codes.filter((code) => code === "UNAVAILABLE")).toHaveLength(1);
  expect(codes.filter((code) => code === "TIMEOUT")).toHaveLength(1000);
});

test("a message that is too long or no JSON is refused before it is sent", async () => {
  const { bun } = link(undefined);
  const call = (args: unknown) =>
    codeOf(bun.call("query", "s", 0, {}, (id) => ({ type: "query", id, service: "s", args })));
  expect(await call("ü".repeat(9 << 20))).toBe("TOO_LARGE");
  expect(await call(1n)).toBe("BAD_REQUEST");
});
