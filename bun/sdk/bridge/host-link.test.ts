import { afterEach, beforeEach, expect, test } from "bun:test";
import { KeystoneError } from "../../lib/index.ts";
import { HostLink } from "./host-link.ts";

let posted: string[] = [];
let answer: (body: string) => Promise<string | null | undefined> = () => Promise.resolve("null");
const signals: string[] = [];
const originalFetch = globalThis.fetch;

beforeEach(() => {
  posted = [];
  answer = () => Promise.resolve("null");
  globalThis.webkit = {
    messageHandlers: {
      keystone: { postMessage: (body) => (posted.push(body), answer(body)) },
      keystoneHost: { postMessage: (body) => (signals.push(body), Promise.resolve("")) },
    },
  };
});

afterEach(() => {
  globalThis.webkit = undefined;
  globalThis.fetch = originalFetch;
});

const thrown = (promise: Promise<unknown>): Promise<KeystoneError> =>
  promise.then(() => Promise.reject(new Error("it resolved")), (error) => error);

test("a call is one string: id, channel and JSON; ids count up", async () => {
  const host = new HostLink();
  await host.invoke("app:getPath", { name: "temp" });
  await host.invoke("app:getName");
  expect(posted).toEqual(['1\napp:getPath\n{"name":"temp"}', "2\napp:getName\n"]);
});

test("the answer is parsed; an empty one is undefined", async () => {
  const host = new HostLink();
  answer = () => Promise.resolve('{"a":[1,"ü"]}');
  expect(await host.invoke("c")).toEqual({ a: [1, "ü"] });
  for (const empty of ["", null, undefined]) {
    answer = () => Promise.resolve(empty);
    expect(await host.invoke("c")).toBeUndefined();
  }
});

test("bytes that answer a call with JSON arguments come as an ArrayBuffer", async () => {
  answer = () => Promise.resolve("base64:AQL/");
  const bytes = await new HostLink().invoke<ArrayBuffer>("c");
  expect(bytes).toBeInstanceOf(ArrayBuffer);
  expect([...new Uint8Array(bytes)]).toEqual([1, 2, 255]);
});

test("an error of the host becomes a KeystoneError with its code", async () => {
  const host = new HostLink();
  answer = () => Promise.reject(new Error('{"name":"Error","message":"no such channel","code":"NO_HANDLER"}'));
  const error = await thrown(host.invoke("nope"));
  expect(error).toBeInstanceOf(KeystoneError);
  expect([error.code, error.message]).toEqual(["NO_HANDLER", "no such channel"]);
});

test("WebKit's own rejections and answers that are no JSON have codes too", async () => {
  const host = new HostLink();
  answer = () => Promise.reject(new Error("handler is gone"));
  expect((await thrown(host.invoke("c"))).code).toBe("UNAVAILABLE");
  answer = () => Promise.resolve("{");
  expect((await thrown(host.invoke("c"))).code).toBe("HANDLER_FAILED");
});

test("outside a Keystone window calls say so", async () => {
  globalThis.webkit = undefined;
  expect((await thrown(new HostLink().invoke("c"))).code).toBe("UNAVAILABLE");
});

test("channels and arguments are checked before anything is sent", async () => {
  const host = new HostLink();
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  for (const call of [host.invoke(""), host.invoke("a\nb"), host.invoke("c", cyclic), host.invoke("c", 1n)]) {
    expect((await thrown(call)).code).toBe("BAD_REQUEST");
  }
  expect(posted).toEqual([]);
});

test("time-out and abort reject and cancel on the other side; a late answer changes nothing", async () => {
  const host = new HostLink();
  let late: (text: string) => void = () => {};
  answer = (body) => body.endsWith("\n\n") ? Promise.resolve("") : new Promise((resolve) => (late = resolve));
  const timedOut = await thrown(host.invoke("slow", undefined, { timeout: 10 }));
  expect(timedOut.code).toBe("TIMEOUT");
  late("1");
  const abort = new AbortController();
  const aborting = thrown(host.invoke("slow", undefined, { signal: abort.signal }));
  abort.abort();
  const aborted = await aborting;
  expect([aborted.code, aborted.name]).toEqual(["ABORTED", "AbortError"]);
  expect(posted.filter((body) => body.endsWith("\n\n") && !body.includes("slow"))).toEqual(["1\n\n", "2\n\n"]);
});

test("a signal that has fired already keeps the call from being sent", async () => {
  expect((await thrown(new HostLink().invoke("c", 1, { signal: AbortSignal.abort() }))).code).toBe("ABORTED");
  expect(posted).toEqual([]);
});

test("bytes go to the host's scheme, and bytes come back", async () => {
  const requests: { url: string; body: unknown }[] = [];
  globalThis.fetch = Object.assign((url: unknown, init?: RequestInit) => {
    requests.push({ url: String(url), body: init?.body });
    return Promise.resolve(
      new Response(new Uint8Array([3, 2, 1]), { headers: { "content-type": "application/octet-stream" } }),
    );
  }, originalFetch);
  const host = new HostLink();
  const result = await host.invoke<ArrayBuffer>("files:write ü", new Uint8Array([1, 2, 3]));
  expect([...new Uint8Array(result)]).toEqual([3, 2, 1]);
  expect(requests[0].url).toBe("keystone://invoke/files%3Awrite%20%C3%BC?id=1");
});

test("a binary call's JSON answers and errors are understood", async () => {
  const replies = [
    new Response('{"ok":true}', { headers: { "content-type": "application/json" } }),
    new Response('{"name":"Error","message":"too much","code":"TOO_LARGE"}', { status: 413 }),
  ];
  globalThis.fetch = Object.assign(() => Promise.resolve(replies.shift()!), originalFetch);
  const host = new HostLink();
  expect(await host.invoke("c", new ArrayBuffer(1))).toEqual({ ok: true });
  expect((await thrown(host.invoke("c", new ArrayBuffer(1)))).code).toBe("TOO_LARGE");
});

test("signals are JSON without an answer", () => {
  new HostLink().signal({ type: "mounted", slot: "a", component: "b" });
  expect(JSON.parse(signals.at(-1)!)).toEqual({ type: "mounted", slot: "a", component: "b" });
});
