import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { followRedirects } from "./redirects.ts";

interface Seen {
  readonly path: string;
  readonly method: string;
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** Two servers, which are two origins. `/to?STATUS,WHERE` redirects; anything else tells what came. */
let here: BunServer;
let there: BunServer;

beforeAll(() => {
  const serve = () =>
    Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async (request) => {
        const url = new URL(request.url);
        if (url.pathname === "/to") {
          const [status, ...where] = decodeURIComponent(url.search.slice(1)).split(",");
          return new Response("moved", { status: Number(status), headers: { location: where.join(",") } });
        }
        if (url.pathname === "/loop") return new Response(null, { status: 302, headers: { location: "/loop" } });
        if (url.pathname === "/nowhere") return new Response("stays", { status: 302 });
        const body = await request.text();
        return Response.json({
          path: url.pathname,
          method: request.method,
          body,
          headers: Object.fromEntries(request.headers),
        });
      },
    });
  here = serve();
  there = serve();
});
afterAll(async () => {
  await here.stop(true);
  await there.stop(true);
});

const origin = (server: BunServer) => `http://127.0.0.1:${server.port}`;
const to = (status: number, where: string) => `${origin(here)}/to?${status},${encodeURIComponent(where)}`;

async function follow(
  address: string,
  init: RequestInit = {},
  check: (url: URL) => void = () => {},
): Promise<Response> {
  return await followRedirects(fetch, address, new URL(address), init, check);
}

async function seen(address: string, init?: RequestInit): Promise<Seen> {
  return await (await follow(address, init)).json();
}

describe("a redirect", () => {
  test("is asked about before it is followed, hop by hop", async () => {
    const asked: string[] = [];
    const address = to(302, to(307, `${origin(there)}/end`));
    const response = await follow(address, {}, (url) => asked.push(url.port + url.pathname));
    expect(asked).toEqual([`${here.port}/to`, `${there.port}/end`]);
    expect(response.url).toBe(`${origin(there)}/end`);
    expect(response.redirected).toBe(true);
    const refusal = follow(address, {}, (url) => {
      if (url.port === String(there.port)) throw new Error("not there");
    });
    await expect(refusal).rejects.toThrow("not there");
  });

  test.each([
    { status: 301, method: "POST", becomes: "GET", body: "" },
    { status: 302, method: "POST", becomes: "GET", body: "" },
    { status: 303, method: "PUT", becomes: "GET", body: "" },
    { status: 302, method: "PUT", becomes: "PUT", body: "body" },
    { status: 307, method: "POST", becomes: "POST", body: "body" },
    { status: 308, method: "DELETE", becomes: "DELETE", body: "body" },
  ])("keeps or changes method and body by the standard: %o", async ({ status, method, becomes, body }) => {
    const init = { method, body: "body", headers: { "content-type": "text/x" } };
    const end = await seen(to(status, "/end"), init);
    expect([end.method, end.body]).toEqual([becomes, body]);
    expect(end.headers["content-type"] === "text/x").toBe(body !== "");
  });

  test("of a HEAD with 303 stays a HEAD", async () => {
    const response = await follow(to(303, "/end"), { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  test("to another origin leaves credentials behind, within one it keeps them", async () => {
    const headers = { authorization: "Bearer x", cookie: "a=b", "x-own": "1" };
    const far = await seen(to(302, `${origin(there)}/end`), { headers });
    expect([far.headers.authorization, far.headers.cookie, far.headers["x-own"]]).toEqual([undefined, undefined, "1"]);
    const near = await seen(to(302, "/end"), { headers });
    expect([near.headers.authorization, near.headers.cookie]).toEqual(["Bearer x", "a=b"]);
  });

  test("sends a Request's body again, but no stream", async () => {
    const request = new Request(to(307, "/end"), { method: "POST", body: "once", headers: { "x-own": "2" } });
    const end: Seen = await (await followRedirects(fetch, request, new URL(request.url), {}, () => {})).json();
    expect([end.method, end.body, end.headers["x-own"]]).toEqual(["POST", "once", "2"]);
    const stream = new Response("flows").body;
    await expect(follow(to(307, "/end"), { method: "POST", body: stream })).rejects.toThrow("can't be sent again");
  });

  test("without end, without an address or to none is an error or an answer", async () => {
    await expect(follow(`${origin(here)}/loop`)).rejects.toThrow("more than 20 redirects");
    await expect(follow(to(302, "http://["))).rejects.toThrow("no address");
    const stays = await follow(`${origin(here)}/nowhere`);
    expect([stays.status, await stays.text(), stays.redirected]).toEqual([302, "stays", false]);
  });

  test("ends with its signal", async () => {
    const controller = new AbortController();
    const ended = follow(to(302, "/end"), { signal: controller.signal }, () => controller.abort(new Error("enough")));
    await expect(ended).rejects.toThrow("enough");
  });
});
