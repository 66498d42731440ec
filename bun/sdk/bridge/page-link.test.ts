import { afterEach, beforeEach, expect, test } from "bun:test";
import { KeystoneError } from "../../lib/index.ts";
import { HostLink } from "./host-link.ts";
import { ANSWER, type PageLinkFunctions } from "./page-link.ts";

/** What the library in the web process would do, told by the test. */
class FakeLink implements PageLinkFunctions {
  readonly sent: string[] = [];
  takes = true;
  opens = true;
  receive!: Parameters<PageLinkFunctions["open"]>[0];

  open(receive: Parameters<PageLinkFunctions["open"]>[0]): boolean {
    this.receive = receive;
    return this.opens;
  }
  send(text: string): boolean {
    if (this.takes) this.sent.push(text);
    return this.takes;
  }
  sendAll(text: string): boolean {
    return this.send(`all:${text}`);
  }
  sendBytes(bytes: Uint8Array): boolean {
    return this.send(`bytes:${new TextDecoder().decode(bytes)}`);
  }
}

let link: FakeLink;
let posted: string[];

beforeEach(() => {
  link = new FakeLink();
  posted = [];
  globalThis.__keystoneLink = link;
  globalThis.webkit = {
    messageHandlers: {
      keystone: { postMessage: (body) => (posted.push(body), Promise.resolve('"by message"')) },
    },
  };
});

afterEach(() => {
  globalThis.__keystoneLink = undefined;
  globalThis.webkit = undefined;
});

function opened(): HostLink {
  const host = new HostLink();
  link.receive(true);
  return host;
}

const thrown = (promise: Promise<unknown>): Promise<KeystoneError> =>
  promise.then(() => Promise.reject(new Error("it resolved")), (error) => error);
const turn = () => new Promise<void>((resolve) => queueMicrotask(resolve));

test("calls wait until the way is decided, then go in their order", async () => {
  const host = new HostLink();
  const bytes = new Uint8Array([65]);
  const calls = [host.invoke("a", 1), host.invoke("b", bytes), host.invoke("c")];
  bytes[0] = 66;
  const abort = new AbortController();
  const aborted = thrown(host.invoke("d", 1, { signal: abort.signal }));
  abort.abort();
  expect((await aborted).code).toBe("ABORTED");
  expect([link.sent, posted, host.path]).toEqual([[], [], "undecided"]);
  link.receive(true);
  await turn();
  expect([link.sent, posted, host.path]).toEqual([["1\na\n1", "bytes:2\nb\nA", "3\nc\n"], [], "link"]);
  link.receive([1, ANSWER.json, { x: 1 }, 3, ANSWER.nothing, null]);
  link.receive(2, ANSWER.bytes, new Uint8Array(2));
  expect(await Promise.all(calls)).toEqual([{ x: 1 }, new ArrayBuffer(2), undefined]);
});

test("a host that gives no connection gets script messages, those that waited first", async () => {
  const host = new HostLink();
  const first = host.invoke("a", 1);
  link.receive(false);
  expect(await Promise.all([first, host.invoke("b")])).toEqual(["by message", "by message"]);
  expect([posted, link.sent, host.path]).toEqual([["1\na\n1", "2\nb\n"], [], "messages"]);
});

test("so does one that can't be asked", async () => {
  link.opens = false;
  expect(await new HostLink().invoke("a")).toBe("by message");
});

test("the first call of a turn goes at once, the others together at its end, or as soon as they are many", async () => {
  const host = opened();
  const calls = ["a", "b", "c"].map((channel) => host.invoke(channel));
  expect(link.sent).toEqual(["1\na\n"]);
  await turn();
  expect(link.sent).toEqual(["1\na\n", "all:2\nb\n\0" + "3\nc\n"]);
  void thrown(host.invoke("d")), void thrown(host.invoke("e", "x".repeat(70_000)));
  expect(link.sent.length).toBe(4);
  await turn();
  link.receive([1, ANSWER.nothing, null, 2, ANSWER.nothing, null, 3, ANSWER.nothing, null]);
  await Promise.all(calls);
  expect(link.sent.length).toBe(4);
});

test("bytes go after what was called before them", () => {
  const host = opened();
  void host.invoke("a"), void host.invoke("b"), void host.invoke("c", new Uint8Array([65]).subarray(0, 1));
  expect(link.sent).toEqual(["1\na\n", "2\nb\n", "bytes:3\nc\nA"]);
});

test("errors have the host's codes; an answer that is not JSON is an error", async () => {
  const host = opened();
  const outcomes = [host.invoke("a"), host.invoke("b")].map(thrown);
  link.receive([1, ANSWER.error, { name: "Error", message: "no luck", code: "LUCK" }]);
  link.receive(2, ANSWER.json);
  const [first, second] = await Promise.all(outcomes);
  expect([first.code, first.message]).toEqual(["LUCK", "no luck"]);
  expect([second.code, second.message]).toEqual(["HANDLER_FAILED", 'invoke("b"): the answer is not JSON']);
});

test("time-out and abort cancel over the connection; a late answer changes nothing", async () => {
  const host = opened();
  expect((await thrown(host.invoke("slow", undefined, { timeout: 5 }))).code).toBe("TIMEOUT");
  await turn();
  expect(link.sent).toEqual(["1\nslow\n", "1\n\n"]);
  link.receive([1, ANSWER.json, 5, 99, ANSWER.json, 5]);
});

test("when the connection is lost, open calls fail and later ones go by script messages", async () => {
  const host = opened();
  const failed = thrown(host.invoke("a"));
  link.receive(false);
  expect((await failed).code).toBe("UNAVAILABLE");
  expect(await host.invoke("b")).toBe("by message");
});

test("a host that does not keep up fails the calls that could not be sent, those of the turn too", async () => {
  const host = opened();
  link.takes = false;
  const outcomes = [host.invoke("a"), host.invoke("b"), host.invoke("c"), host.invoke("d", new Uint8Array(1))].map(thrown);
  expect((await Promise.all(outcomes)).map((error) => error.code)).toEqual(Array(4).fill("UNAVAILABLE"));
  link.takes = true;
  const good = host.invoke("e");
  link.receive([5, ANSWER.json, "fine"]);
  expect(await good).toBe("fine");
});
