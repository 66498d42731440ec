import { afterEach, expect, test } from "bun:test";
import type { KeystonePageInfo } from "../protocol.ts";
import { createCore } from "./core.ts";
import { FakeBun, until } from "../../testing/fake-bun.ts";
import { patchFetch } from "./fetch.ts";

const originalFetch = globalThis.fetch;

const info: KeystonePageInfo = {
  windowId: "7",
  component: "app",
  platform: "linux",
  version: "0",
  theme: { accent: "#f00" },
  colorScheme: "dark",
  insets: { top: 0, left: 0, right: 0 },
  development: true,
  bun: true,
};

afterEach(() => {
  globalThis.fetch = originalFetch;
  globalThis.webkit = undefined;
});

test("the page reaches Bun where it came from, and follows the host's word to another port", async () => {
  const first = new FakeBun();
  const second = new FakeBun();
  const core = createCore(info, `http://127.0.0.1:${first.port}`);
  try {
    core.connection.start();
    await until(() => core.connection.state === "open");
    const states: string[] = [];
    core.onBunState.on((event) => states.push(event.state));
    core.hostEvent("bun", { state: "restarting", attempt: 1 });
    core.hostEvent("bun", { state: "ready", port: second.port });
    await until(() => core.connection.state === "open");
    core.bun.channels.subscribe("c", () => {});
    await second.received((message) => message.type === "subscribe");
    expect(states).toEqual(["restarting", "ready"]);
  } finally {
    core.connection.close();
    await Promise.all([first.stop(), second.stop()]);
  }
});

test("a ready event for the server that the page is connected to changes nothing", async () => {
  const server = new FakeBun();
  const core = createCore(info, `http://127.0.0.1:${server.port}`);
  try {
    core.connection.start();
    await until(() => core.connection.state === "open");
    const states: string[] = [];
    core.connection.onState.on((state) => states.push(state));
    core.hostEvent("bun", { state: "ready", port: server.port });
    expect(states).toEqual([]);
  } finally {
    core.connection.close();
    await server.stop();
  }
});

test("without Bun the page tries no socket, whatever the host says", () => {
  const core = createCore({ ...info, bun: false }, "keystone://app");
  core.connection.start();
  core.hostEvent("bun", { state: "ready", port: 1 });
  expect(core.connection.state).toBe("closed");
});

test("other host events arrive as channels", () => {
  const core = createCore({ ...info, bun: false }, "");
  const heard: unknown[] = [];
  core.bun.channels.subscribe("__battery__", (value) => heard.push(value));
  core.hostEvent("__battery__", { onBattery: true });
  expect(heard).toEqual([{ onBattery: true }]);
});

function routedBy(answer: (request: Record<string, unknown>) => unknown): void {
  globalThis.webkit = {
    messageHandlers: {
      keystone: {
        postMessage: async (body) => JSON.stringify(await answer(JSON.parse(body.split("\n").slice(2).join("\n")))),
      },
    },
  };
  globalThis.fetch = Object.assign((input: unknown) => Promise.resolve(new Response(`net ${input}`)), originalFetch);
  patchFetch(createCore(info, "http://127.0.0.1:1"));
}

// Bun's `Request` wants whole addresses, a page's does not.
const at = (path: string) => `${origin}${path}`;
const origin = "http://app.test";

test("fetch of /api asks the host's router with method, path, query, headers and parsed body", async () => {
  globalThis.location = { origin } as unknown as Location;
  const requests: Record<string, unknown>[] = [];
  routedBy((request) => (requests.push(request), { status: 201, headers: { "x-a": "b" }, body: { id: 5 } }));
  const response = await fetch(at("/api/notes?limit=20"), { method: "POST", body: '{"title":"New"}' });
  expect([response.status, response.headers.get("x-a"), await response.json()]).toEqual([201, "b", { id: 5 }]);
  expect(requests[0]).toMatchObject({
    method: "POST",
    path: "/api/notes",
    query: { limit: "20" },
    body: { title: "New" },
  });
});

test("bodies of text and none, and statuses without a body", async () => {
  const answers = [{ body: "text" }, { status: 204 }, { status: 404, body: "no" }, null];
  routedBy(() => answers.shift());
  const seen: unknown[] = [];
  for (let i = 0; i < 4; i++) {
    const response = await fetch(at("/api/x"));
    seen.push([response.status, await response.text()]);
  }
  expect(seen).toEqual([[200, "text"], [204, ""], [404, "no"], [200, ""]]);
});

test("a host without a router answers 501 with the reason; other addresses go to the network", async () => {
  routedBy(() => Promise.reject(new Error('{"name":"Error","message":"no handler","code":"NO_HANDLER"}')));
  const response = await fetch(at("/api/x"));
  expect(response.status).toBe(501);
  expect((await response.json()).error.code).toBe("NO_HANDLER");
  expect(await (await fetch("https://example.com/api/x")).text()).toBe("net https://example.com/api/x");
  expect(await (await fetch("/other")).text()).toBe("net /other");
});

test("an aborted fetch rejects as fetch does", async () => {
  routedBy(() => new Promise(() => {}));
  const abort = new AbortController();
  const failed = fetch(at("/api/x"), { signal: abort.signal }).then(() => "resolved", (error) => error.name);
  abort.abort();
  expect(await failed).toBe("AbortError");
});
