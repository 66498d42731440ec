/** Follows redirects one by one, as the Fetch Standard (section "HTTP-redirect fetch") says, with a check of each. */

import type { ServiceFetch } from "../../sdk/service.ts";

/** Bun's `fetch` takes more than the standard's options. */
export type FetchInit = RequestInit & { proxy?: unknown; unix?: string; session?: unknown };

const MAX_REDIRECTS = 20;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
/** Headers that describe a body, and go with it. */
const BODY_HEADERS = [
  "content-encoding",
  "content-language",
  "content-location",
  "content-length",
  "content-type",
  "transfer-encoding",
];
/** Headers that are meant for one origin. */
const CREDENTIALS = ["authorization", "proxy-authorization", "cookie", "host"];

/**
 * @param input - what is asked for first; its address is `address`.
 * @param check - throws for an address that must not be asked.
 */
export async function followRedirects(
  original: ServiceFetch,
  input: string | Request,
  address: URL,
  init: FetchInit,
  check: (url: URL) => void,
): Promise<Response> {
  // A Request's body is gone once it was sent, and 307 and 308 send it again.
  const spare = input instanceof Request && input.body && init.body === undefined ? input.clone() : undefined;
  let response = await original(input, { ...init, redirect: "manual" });
  let next: Hop = {
    url: address,
    method: (init.method ?? (input instanceof Request ? input.method : "GET")).toUpperCase(),
    headers: new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined)),
    body: init.body ?? spare?.body,
  };
  const signal = init.signal ?? (input instanceof Request ? input.signal : undefined);
  for (let count = 0; REDIRECTS.has(response.status); count++) {
    const location = response.headers.get("location");
    if (location === null) break;
    void response.body?.cancel().catch(() => {});
    if (count === MAX_REDIRECTS) {
      throw new TypeError(`fetch: more than ${MAX_REDIRECTS} redirects from ${address.href}`);
    }
    next = nextHop(next, response.status, location);
    check(next.url);
    const { method, headers, body } = next;
    response = await original(next.url.href, { ...init, method, headers, body, signal, redirect: "manual" });
  }
  return next.url === address ? response : markRedirected(response);
}

interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Headers;
  readonly body: BodyInit | null | undefined;
}

function nextHop(last: Hop, status: number, location: string): Hop {
  const url = resolve(location, last.url);
  const headers = new Headers(last.headers);
  if (url.origin !== last.url.origin) { for (const name of CREDENTIALS) headers.delete(name); }
  const becomesGet = status === 303
    ? last.method !== "GET" && last.method !== "HEAD"
    : status < 303 && last.method === "POST";
  if (becomesGet) {
    for (const name of BODY_HEADERS) headers.delete(name);
    return { url, method: "GET", headers, body: undefined };
  }
  if (status !== 303 && last.body instanceof ReadableStream && last.body.locked) {
    throw new TypeError(
      `fetch: ${last.url.href} redirects with ${status}, and the stream that was sent can't be sent again`,
    );
  }
  return { ...last, url, headers };
}

function resolve(location: string, base: URL): URL {
  let url: URL;
  try {
    url = new URL(location, base);
  } catch {
    throw new TypeError(`fetch: ${base.href} redirects to "${location}", which is no address`);
  }
  if (url.hash === "") url.hash = base.hash;
  return url;
}

/** As a response that the runtime itself was redirected to. */
function markRedirected(response: Response): Response {
  return Object.defineProperty(response, "redirected", { value: true, configurable: true, enumerable: true });
}
