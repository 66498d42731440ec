import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { symlinkSync } from "node:fs";
import { App, rawRequest, TOKEN } from "../testing/app.ts";

const SECRET = "TOP-SECRET";
let app: App;

beforeAll(async () => {
  app = App.create({
    "web/app.ts": `export function mount(root: HTMLElement) { root.textContent = "app"; }`,
    "web/assets/logo.svg": "<svg/>",
    "web/assets/clip.mp4": "0123456789",
    "web/data/shown.json": "{}",
    "web/frame.css": ".bar { -webkit-app-region: drag }",
    "web/.hidden.js": SECRET,
    "web/.git/config.txt": SECRET,
    "data/services.db": SECRET,
    "data/x.json": SECRET,
    "services/notes.ts": `export function query() {}`,
    "services/pic.svg": SECRET,
    "workers/w/pic.svg": SECRET,
    "node_modules/p/index.js": SECRET,
    "src/lib.ts": SECRET,
    "src/x.mts": SECRET,
    "src/a.vue": SECRET,
    "conf.toml": SECRET,
    "a.json5": SECRET,
    ".env": SECRET,
    "keystone.resolved.json": "{}",
    "tsconfig.json": "{}",
    "package.json": "{}",
    "host.js": "export default {}",
    "../outside.txt": SECRET,
  });
  symlinkSync("/etc/passwd", app.path("web/out.txt"));
  symlinkSync(app.path("data/x.json"), app.path("web/inner.json"));
  symlinkSync("/etc", app.path("web/etc"));
  await app.launchUntilReady();
});

afterAll(() => app.dispose());

const ROUTES = [
  "/",
  "/__host__",
  "/__keystone__/bridge.js",
  "/web/app.js",
  "/web/app.css",
  "/web/app.js.map",
  "/web/assets/logo.svg",
  "/web/__assets__/x.svg",
  "/ws",
  "/nothing",
  "/.env",
  "/data/services.db",
];

describe("without the token", () => {
  const attempts: Record<string, string[]> = {
    "nothing": [],
    "a wrong cookie": [`Cookie: keystone_session=${"0".repeat(64)}`],
    "a cookie cut short": [`Cookie: keystone_session=${TOKEN.slice(0, 63)}`],
    "a longer cookie": [`Cookie: keystone_session=${TOKEN}0`],
    "the right value under another name": [`Cookie: session=${TOKEN}`],
    "a wrong bearer": [`Authorization: Bearer ${"f".repeat(64)}`],
    "basic authorization": [`Authorization: Basic ${TOKEN}`],
  };
  for (const [what, headers] of Object.entries(attempts)) {
    test(`every route answers 401 to ${what}`, async () => {
      for (const route of ROUTES) expect([route, (await app.raw(route, headers)).status]).toEqual([route, 401]);
    });
  }

  test("the query's token opens sockets and nothing else", async () => {
    for (const route of ROUTES.filter((one) => one !== "/ws")) {
      expect([route, (await app.raw(`${route}?token=${TOKEN}`, [])).status]).toEqual([route, 401]);
    }
    expect((await upgrade([], `/ws?token=${TOKEN}`)).status).toBe(101);
  });

  test("a socket is not opened", async () => {
    expect((await upgrade([])).status).toBe(401);
    expect((await upgrade([], "/ws?token=")).status).toBe(401);
    const cookie = `Cookie: keystone_session=${TOKEN}`;
    const ticket = (window: string) => createHmac("sha256", TOKEN).update(`window:${window}`).digest("hex");
    for (const path of ["/ws", "/streams"]) {
      expect((await upgrade([cookie], path)).status).toBe(101);
      expect((await upgrade([cookie], `${path}?window=7`)).status).toBe(403);
      expect((await upgrade([cookie], `${path}?window=7&ticket=`)).status).toBe(403);
      expect((await upgrade([cookie], `${path}?window=7&ticket=${ticket("8")}`)).status).toBe(403);
      expect((await upgrade([cookie], `${path}?window=7&ticket=${ticket("7")}`)).status).toBe(101);
      const long = "7".repeat(200);
      expect((await upgrade([cookie], `${path}?window=${long}&ticket=${ticket(long)}`)).status).toBe(403);
      // Who has the token itself could make every ticket.
      expect((await upgrade([], `${path}?token=${TOKEN}&window=7`)).status).toBe(101);
    }
    expect((await upgrade([], `/ws?token=${"0".repeat(64)}`)).status).toBe(401);
    expect((await upgrade([`Cookie: keystone_session=${"0".repeat(64)}`])).status).toBe(401);
    expect((await upgrade([`Cookie: keystone_session=${TOKEN}`])).status).toBe(101);
    expect((await upgrade([`Authorization: Bearer ${TOKEN}`])).status).toBe(101);
  });

  test("other methods answer 401 too", async () => {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"]) {
      const response = await fetch(`http://127.0.0.1:${app.port}/web/app.js`, { method });
      expect(response.status).toBe(401);
    }
  });
});

describe("with the token", () => {
  const cookie = `Cookie: keystone_session=${TOKEN}`;

  test("a foreign origin is refused, on sockets too", async () => {
    for (
      const origin of [
        "https://evil.example",
        "null",
        "http://127.0.0.1:1",
        "file://",
        `http://127.0.0.1:${app.port}.evil.example`,
      ]
    ) {
      expect((await app.raw("/web/app.js", [cookie, `Origin: ${origin}`])).status).toBe(403);
      expect((await upgrade([cookie, `Origin: ${origin}`])).status).toBe(403);
    }
    expect((await upgrade([cookie, `Origin: http://127.0.0.1:${app.port}`])).status).toBe(101);
  });

  test("a foreign Host (DNS rebinding) is refused", async () => {
    for (const host of ["evil.example", `evil.example:${app.port}`, "127.0.0.1", "127.0.0.1:1"]) {
      const { status } = await rawRequest(app.port, [
        "GET /web/app.js HTTP/1.1",
        `Host: ${host}`,
        "Connection: close",
        cookie,
      ]);
      expect([host, status]).toEqual([host, 403]);
    }
  });

  test("private files are never served, however the path is written", async () => {
    const paths = [
      "/.env",
      "/%2eenv",
      "/%2Eenv",
      "/web/.hidden.js",
      "/web/%2ehidden.js",
      "/web/.git/config.txt",
      "/data/services.db",
      "/data/x.json",
      "/DATA/x.json",
      "/%64ata/x.json",
      "//data/x.json",
      "/./data/x.json",
      "/web/../data/services.db",
      "/web/..%2fdata/x.json",
      "/web/%2e%2e/data/x.json",
      "/web/%2e%2e%2fdata%2fx.json",
      "/web/..%5cdata%5cx.json",
      "/web\\..\\data\\x.json",
      "/web/%252e%252e/data/x.json",
      "/web/%252e%252e%252fdata/x.json",
      "/web/....//data/x.json",
      "/web/..;/data/x.json",
      "/web/%c0%ae%c0%ae/data/x.json",
      "/web/%ff.js",
      "/../outside.txt",
      "/web/../../outside.txt",
      "/%2e%2e/outside.txt",
      "/..%2foutside.txt",
      "/%2e%2e%2foutside.txt",
      "/web/out.txt",
      "/web/inner.json",
      "/web/etc/hostname.txt",
      "/web/etc/passwd",
      "/services/notes.ts",
      "/services/pic.svg",
      "/Services/pic.svg",
      "/workers/w/pic.svg",
      "/node_modules/p/index.js",
      "/web/app.ts",
      "/web/app.ts%00.js",
      "/web/app.ts/",
      "/web/app.TS",
      "/src/lib.ts",
      "/src/x.mts",
      "/src/a.vue",
      "/conf.toml",
      "/a.json5",
      "/keystone.resolved.json",
      "/tsconfig.json",
      "/package.json",
      "/host.js",
      "/web",
      "/web/",
      "/",
      "/web/app.ts.js.map",
      "/__keystone__/../host.ts",
      "/__keystone__/%2e%2e%2fhost.ts",
      "/__keystone__/..%2fhost.js",
      "/__keystone__/host.html",
      "/web/__assets__/..%2f..%2fdata%2fx.json",
      "/web/__assets__/../../data/x.json",
    ];
    for (const path of paths) {
      const { status, text } = await app.raw(path);
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toContain(SECRET);
    }
  });

  test("static web assets are served with their type, and checked before they are sent again", async () => {
    const response = await app.fetch("/web/assets/logo.svg");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("image/svg+xml");
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
    expect(response.headers.get("cache-control")).toBe("no-cache");
    const etag = response.headers.get("etag") ?? "";
    expect((await app.fetch("/web/assets/logo.svg", { headers: { "if-none-match": etag } })).status).toBe(304);
    const modified = response.headers.get("last-modified") ?? "";
    expect((await app.fetch("/web/assets/logo.svg", { headers: { "if-modified-since": modified } })).status).toBe(304);
    expect((await app.fetch("/web/data/shown.json")).status).toBe(200);
  });

  test("HEAD has the headers alone, other methods are refused", async () => {
    const head = await app.fetch("/web/assets/clip.mp4", { method: "HEAD" });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "10", ""]);
    expect((await app.fetch("/web/assets/clip.mp4", { method: "POST", body: "x" })).status).toBe(405);
  });

  test("ranges of media", async () => {
    const range = async (value: string) => {
      const response = await app.fetch("/web/assets/clip.mp4", { headers: { range: value } });
      return [response.status, response.headers.get("content-range"), await response.text()];
    };
    expect(await range("bytes=2-4")).toEqual([206, "bytes 2-4/10", "234"]);
    expect(await range("bytes=7-")).toEqual([206, "bytes 7-9/10", "789"]);
    expect(await range("bytes=-3")).toEqual([206, "bytes 7-9/10", "789"]);
    expect(await range("bytes=5-99")).toEqual([206, "bytes 5-9/10", "56789"]);
    expect(await range("bytes=10-")).toEqual([416, "bytes */10", ""]);
    expect(await range("bytes=4-2")).toEqual([200, null, "0123456789"]);
    expect(await range("lines=1-2")).toEqual([200, null, "0123456789"]);
  });

  test("drag regions of static stylesheets become a custom property", async () => {
    expect(await (await app.fetch("/web/frame.css")).text()).toContain("--ks-app-region:drag");
  });
});

function upgrade(headers: readonly string[], path = "/ws"): Promise<{ status: number }> {
  return app.raw(path, [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
    ...headers,
  ]);
}
