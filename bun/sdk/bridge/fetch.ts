import { KeystoneError, toWireError } from "../../lib/index.ts";
import type { Core } from "./core.ts";

/** What the host's router answers. */
interface RouteAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
}

const STATUS_OF_ERROR: Record<string, number> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  TOO_LARGE: 413,
  NO_HANDLER: 501,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};

/** Makes the page's `fetch("/api/…")` ask the host's router, over the bridge and not over HTTP. Once a page. */
export function patchFetch(core: Core): void {
  if (core.originalFetch || typeof globalThis.fetch !== "function" || !core.info) return;
  const original = core.originalFetch = globalThis.fetch.bind(globalThis);
  const patched = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    return isRouted(input) ? routed(core, new Request(input, init)) : original(input, init);
  };
  globalThis.fetch = Object.assign(patched, globalThis.fetch);
}

/** Whether a request goes to the page's own origin, below `/api/`. */
function isRouted(input: RequestInfo | URL): boolean {
  const address = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  if (address.startsWith("/")) return address.startsWith("/api/");
  const prefix = `${globalThis.location?.origin}/api/`;
  return address.startsWith(prefix);
}

async function routed(core: Core, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const text = await request.text();
  try {
    const answer = await core.host.invoke<RouteAnswer>("http:request", {
      method: request.method,
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: Object.fromEntries(request.headers),
      body: parseBody(text),
    }, { signal: request.signal });
    return toResponse(answer ?? {});
  } catch (error) {
    if (error instanceof KeystoneError && error.code === "ABORTED") {
      throw request.signal.reason ?? new DOMException("The operation was aborted.", "AbortError");
    }
    const wire = toWireError(error);
    return toResponse({ status: STATUS_OF_ERROR[wire.code] ?? 500, body: { error: wire } });
  }
}

/** The router sees parsed JSON, as its handlers expect; other text as it is. */
function parseBody(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function toResponse({ status = 200, headers = {}, body }: RouteAnswer): Response {
  const all = new Headers(headers);
  // These statuses have no body, and `Response` refuses one.
  if (status === 204 || status === 205 || status === 304) return new Response(null, { status, headers: all });
  if (typeof body === "string" || body === undefined) return new Response(body ?? null, { status, headers: all });
  if (!all.has("content-type")) all.set("content-type", "application/json");
  return new Response(JSON.stringify(body), { status, headers: all });
}
