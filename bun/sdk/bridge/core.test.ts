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

interface Asked {
  method: string;
  target: string;
  headers: [string, string][];
  body: string;
}

interface Answered {
  head: Record<string, unknown>;
  body?: string;
}

/** A host whose router answers by `answer`; `calls` hears of every other channel. */
function routedBy(
  answer: (request: Asked) => Answered | Promise<Answered>,
  calls: (channel: string, args: Record<string, unknown>) => Promise<string> = () => new Promise(() => {}),
): void {
  globalThis.webkit = {
    messageHandlers: {
      keystone: {
        postMessage: async (body) => {
          const [, channel, args] = body.split("\n");
          if (channel === "") return "";
          if (channel !== "http:request") return await calls(channel, JSON.parse(args));
          return framed(await answer({ ...JSON.parse(args), body: "" }));
        },
      },
    },
  };
  // A request with a body goes as bytes, to the host's own scheme.
  globalThis.fetch = Object.assign(async (input: unknown, init?: RequestInit) => {
    if (!String(input).startsWith("keystone:")) return new Response(`net ${input}`);
    const bytes = init?.body as Uint8Array;
    const length = new DataView(bytes.buffer).getUint32(0, true);
    const text = new TextDecoder().decode(bytes);
    const head = JSON.parse(text.slice(4, 4 + length));
    const reply = framed(await answer({ ...head, body: text.slice(4 + length) }));
    return new Response(Uint8Array.from(atob(reply.slice(7)), (c) => c.charCodeAt(0)), {
      headers: { "content-type": "application/octet-stream" },
    });
  }, originalFetch);
  globalThis.location = { origin, href: `${origin}/__host__` } as unknown as Location;
  patchFetch(createCore(info, "http://127.0.0.1:1"));
}

/** As the host answers a script message with bytes. */
function framed({ head, body = "" }: Answered): string {
  const text = JSON.stringify({ status: 200, headers: [], ...head });
  const length = String.fromCharCode(text.length & 255, text.length >> 8, 0, 0);
  return `base64:${btoa(length + text + body)}`;
}

// Bun's `Request` wants whole addresses, a page's does not.
const at = (path: string) => `${origin}${path}`;
const origin = "http://app.test";

test("fetch of /api asks the host's router with method, target, headers and body", async () => {
  const requests: Asked[] = [];
  routedBy((request) => (requests.push(request), { head: { status: 201, headers: [["x-a", "b"]] }, body: '{"id":5}' }));
  const response = await fetch(at("/api/notes?limit=20"), {
    method: "POST",
    body: '{"title":"New"}',
    headers: { "content-type": "application/json" },
  });
  expect([response.status, response.headers.get("x-a"), await response.json()]).toEqual([201, "b", { id: 5 }]);
  expect(requests[0]).toMatchObject({ method: "POST", target: "/api/notes?limit=20", body: '{"title":"New"}' });
  expect(requests[0].headers).toContainEqual(["content-type", "application/json"]);
});

test("Request objects, forms and blobs keep their bytes and types", async () => {
  const requests: Asked[] = [];
  routedBy((request) => (requests.push(request), { head: {} }));
  await fetch(new Request(at("/api/a"), { method: "PUT", body: new Blob(["blob"], { type: "text/x-note" }) }));
  const form = new FormData();
  form.append("file", new File(["content"], "a.txt"));
  await fetch(at("/api/b"), { method: "POST", body: form });
  await fetch(new URL(at("/api/c")));
  expect(requests[0]).toMatchObject({ method: "PUT", body: "blob" });
  expect(requests[0].headers).toContainEqual(["content-type", "text/x-note"]);
  expect(requests[1].headers.find(([name]) => name === "content-type")?.[1]).toContain("multipart/form-data; boundary=");
  expect(requests[1].body).toContain("content");
  expect(requests[2]).toMatchObject({ method: "GET", body: "" });
});

test("statuses without a body, and errors with one", async () => {
  const answers: Answered[] = [{ head: {}, body: "text" }, { head: { status: 204 } }, { head: { status: 404 }, body: "no" }];
  routedBy(() => answers.shift()!);
  const seen: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const response = await fetch(at("/api/x"));
    seen.push([response.status, await response.text()]);
  }
  expect(seen).toEqual([[200, "text"], [204, ""], [404, "no"]]);
});

test("a host without a router answers 501 with the reason; other addresses go to the network", async () => {
  routedBy(() => Promise.reject(new Error('{"name":"Error","message":"no handler","code":"NO_HANDLER"}')));
  const response = await fetch(at("/api/x"));
  expect(response.status).toBe(501);
  expect((await response.json()).error.code).toBe("NO_HANDLER");
  for (const other of ["https://example.com/api/x", "/other", "/other/api/x", "/api"]) {
    expect(await (await fetch(other)).text()).toBe(`net ${other}`);
  }
});

test("an aborted fetch rejects as fetch does", async () => {
  routedBy(() => new Promise(() => {}));
  const abort = new AbortController();
  const failed = fetch(at("/api/x"), { signal: abort.signal }).then(() => "resolved", (error) => error.name);
  abort.abort();
  expect(await failed).toBe("AbortError");
});

test("a streamed body is read as it is asked for, and ends", async () => {
  const chunks = ["one", "two", ""];
  let reads = 0;
  routedBy(() => ({ head: { stream: 7 } }), (channel, args) => {
    expect(args).toEqual({ stream: 7 });
    if (channel === "http:body") return new Promise(() => {});
    return Promise.resolve(`base64:${btoa(chunks[reads++])}`);
  });
  const response = await fetch(at("/api/x"));
  expect(reads).toBe(0);
  expect(await response.text()).toBe("onetwo");
  expect(reads).toBe(3);
});

test("a streamed body that fails makes its reader fail; one that is cancelled ends its call", async () => {
  const failure = '{"name":"Error","message":"the disk is gone","code":"HANDLER_FAILED"}';
  routedBy(() => ({ head: { stream: 1 } }), () => Promise.reject(new Error(failure)));
  const failed = (await fetch(at("/api/x"))).text().then(() => "read", (error) => error.message);
  expect(await failed).toContain("the disk is gone");
  delete (globalThis as { [key: symbol]: unknown })[Symbol.for("keystone.bridge/1")];
  routedBy(() => ({ head: { stream: 2 } }));
  const reader = (await fetch(at("/api/x"))).body!.getReader();
  const reading = reader.read();
  await reader.cancel();
  expect(await reading).toEqual({ done: true, value: undefined });
});
