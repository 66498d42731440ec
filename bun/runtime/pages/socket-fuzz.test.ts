import { afterAll, beforeAll, expect, test } from "bun:test";
import { App, rawRequest, TOKEN } from "../testing/app.ts";
import type { PageClient } from "../testing/page-client.ts";
import { Random } from "../testing/random.ts";

/** `KEYSTONE_FUZZ_SEED` runs a failing seed again; the name of the failing test tells it. */
const seeds = process.env.KEYSTONE_FUZZ_SEED ? [Number(process.env.KEYSTONE_FUZZ_SEED)] : [1, 2, 3, 4, 5];
const MESSAGES = 2000;

let app: App;

beforeAll(async () => {
  app = await App.start({
    "services/echo.ts": `export const query = (args) => args;
      export function start(ctx) { ctx.registerInvokeHandler("echo", (args) => args); ctx.onWebMessage("note", () => {}); }
      export function onAction() {}`,
  });
});

afterAll(() => app.dispose());

/** Any id but those that the test's own questions have. */
function fuzzedId(random: Random): unknown {
  return random.of([-1, 0.5, 1e300, "", "x", null, undefined, {}, [], "__proto__", "y".repeat(300)]);
}

/** Sends until nothing is left to answer: every message but the sound ones is answered by an error or by nothing. */
async function alive(page: PageClient): Promise<void> {
  expect(await page.query("echo", "alive")).toBe("alive");
}

const FIELDS = ["id", "channel", "service", "args", "data", "action", "name"] as const;
const TYPES = ["subscribe", "unsubscribe", "publish", "query", "invoke", "cancel", "action", "send", "hello"] as const;

function message(random: Random): string {
  const fields: Record<string, unknown> = { type: random.next() < 0.9 ? random.of(TYPES) : random.value() };
  for (const field of FIELDS) {
    if (random.next() < 0.4) continue;
    fields[field] = random.next() < 0.5 ? random.of(["echo", "note", "x", "window:7:x"]) : random.value();
  }
  if ("id" in fields) fields.id = fuzzedId(random);
  const json = JSON.stringify(fields);
  return random.next() < 0.3 ? random.damaged(json) : json;
}

test.each(seeds)("a page may send anything (seed %d)", async (seed) => {
  const random = new Random(seed);
  const page = await app.openPage("7");
  const other = await app.openPage("8");
  for (let count = 0; count < MESSAGES; count++) {
    page.send(message(random));
    if (random.next() < 0.02) page.socket.send(random.bytes(random.whole(0, 100)));
    if (count % 500 === 0) await alive(page);
  }
  await alive(page);
  await alive(other);
  // Nothing of it reached another window's page.
  expect(other.messages.all.filter(({ type }) => type === "push")).toEqual([]);
  page.close();
  other.close();
}, 20_000);

test("depth, size and number are bounded", async () => {
  const page = await app.openPage();
  const ask = async (args: string) => {
    page.send(`{"type":"query","id":"deep","service":"echo","args":${args}}`);
    return await page.messages.next(({ type }) => type === "result" || type === "error");
  };
  const deep = (levels: number) => `${"[".repeat(levels)}${"]".repeat(levels)}`;
  expect((await ask(deep(511))).type).toBe("result");
  for (const args of [deep(512), deep(60_000), `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`]) {
    expect(await ask(args)).toMatchObject({ type: "error", error: { code: "BAD_REQUEST" } });
  }
  for (const number of ["1e400", "-0", "123456789012345678901234567890"]) {
    expect((await ask(number)).type).toBe("result");
  }
  // The edge: the longest message, and one byte more.
  const around = (length: number) => {
    const [head, tail] = [`{"type":"query","id":1,"service":"echo","args":"`, `"}`];
    return head + "x".repeat(length - head.length - tail.length) + tail;
  };
  const limit = 16 * 1024 * 1024;
  page.send(around(limit));
  expect((await page.messages.next(({ type }) => type === "result" || type === "error")).type).toBe("result");
  page.send(around(limit + 1));
  expect((await page.next("error")).error.code).toBe("TOO_LARGE");
  // Many questions in one breath.
  for (let id = 0; id < 20_000; id++) page.send(`{"type":"query","id":"q${id}","service":"echo"}`);
  await alive(page);
  page.close();
}, 20_000);

test.each(seeds)("a request may be anything (seed %d)", async (seed) => {
  const random = new Random(seed);
  const methods = ["GET", "POST", "HEAD", "PUT", "OPTIONS", "get", "\0"] as const;
  const parts = [
    "web",
    "services",
    "data",
    "..",
    ".",
    "%2e%2e",
    "%2F",
    "%5c",
    "%00",
    "%",
    "%zz",
    "__host__",
    "__keystone__",
    "app.js",
    "echo.ts",
    "services.db",
    "keystone.config.ts",
    ".env",
    "node_modules",
    "?x",
    "#y",
    "é",
    " ",
    "//",
    "ws",
  ] as const;
  const headers = [
    `Cookie: keystone_session=${TOKEN}`,
    `Cookie: keystone_session=${TOKEN.slice(1)}`,
    "Cookie: ;;=;keystone_session",
    "Origin: http://127.0.0.1:1",
    "Origin: null",
    "Range: bytes=5-1",
    "Range: bytes=-0",
    "Range: bytes=0-99999999999999999999",
    "If-None-Match: *",
    "Upgrade: websocket",
    "Sec-WebSocket-Key: x",
    "Sec-Fetch-Site: cross-site",
    "Content-Length: 5",
    `Authorization: Bearer ${TOKEN}`,
    "Authorization: Bearer",
    "X: " + "y".repeat(3000),
  ] as const;
  for (let count = 0; count < 100; count++) {
    const path = "/" + Array.from({ length: random.whole(0, 4) }, () => random.of(parts)).join("/");
    const chosen = Array.from({ length: random.whole(0, 4) }, () => random.of(headers));
    const { text } = await rawRequest(app.port, [
      `${random.of(methods)} ${path} HTTP/1.1`,
      `Host: ${random.next() < 0.8 ? `127.0.0.1:${app.port}` : random.of(["evil.example", "", "127.0.0.1"])}`,
      "Connection: close",
      ...chosen,
    ]);
    // Neither a source nor the database, whatever the request was.
    expect([path, /export const query|SQLite format/.test(text)]).toEqual([path, false]);
  }
  expect((await app.fetch("/__host__")).status).toBe(200);
}, 30_000);

test.each(seeds)("the host's input may be anything (seed %d)", async (seed) => {
  const random = new Random(seed);
  const types = [
    "query",
    "invoke",
    "action",
    "push",
    "eval",
    "health",
    "relay_in",
    "worker_ports",
    "relay_result",
  ] as const;
  for (let count = 0; count < 1000; count++) {
    const fields: Record<string, unknown> = { type: random.of(types) };
    for (const field of [...FIELDS, "source", "from", "retain", "result", "error", "tokens"]) {
      if (random.next() < 0.5) fields[field] = random.value();
    }
    if ("id" in fields) fields.id = fuzzedId(random);
    // No line ends in the middle of one, and no question of ours is answered by accident.
    const line = random.damaged(JSON.stringify(fields)).replaceAll("\n", " ");
    if (!line.includes("shutdown")) app.sendLine(line);
  }
  expect(await app.query("echo", seed)).toBe(seed);
}, 20_000);
