import { KeystoneError, toWireError } from "../../lib/index.ts";
import type { Core } from "./core.ts";
import { multipart } from "./multipart.ts";

/** The head of a request, as the host's router gets it. */
interface RequestHead {
  method: string;
  /** Path and query. */
  target: string;
  headers: [string, string][];
}

/** The head of the router's answer. */
interface AnswerHead {
  status: number;
  headers: [string, string][];
  /** The number of a body that is made while it is read; the answer's own body is empty then. */
  stream?: number;
}

/**
 * Of requests that reach no router: as the host's `WireError.httpStatus`, but for `NO_HANDLER`, which says that nobody
 * takes requests at all.
 */
const STATUS_OF_ERROR: Record<string, number> = {
  BAD_REQUEST: 400,
  FORBIDDEN: 403,
  TOO_LARGE: 413,
  NO_HANDLER: 501,
  NOT_SUPPORTED: 501,
  UNAVAILABLE: 503,
  TIMEOUT: 504,
};
/** These have no body, and `Response` refuses one. */
const WITHOUT_BODY = [204, 205, 304];
/** As everywhere, `fetch` has no limit of its own. */
const NO_LIMIT = 0;

/** Makes the page's `fetch("/api/…")` ask the host's router, over the bridge and not over HTTP. Once a page. */
export function patchFetch(core: Core): void {
  if (core.originalFetch || typeof globalThis.fetch !== "function" || !core.info) return;
  const original = core.originalFetch = globalThis.fetch.bind(globalThis);
  const patched = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    return isRouted(input) ? routed(core, input, init) : original(input, init);
  };
  globalThis.fetch = Object.assign(patched, globalThis.fetch);
}

/** Whether a request goes to the page's own origin, below `/api/`. */
function isRouted(input: RequestInfo | URL): boolean {
  const address = typeof input === "string" ? input : input instanceof URL ? input.href : input.url;
  if (!address.includes("api/")) return false;
  try {
    const url = new URL(address, globalThis.location?.href ?? globalThis.location?.origin);
    return url.origin === globalThis.location?.origin && url.pathname.startsWith("/api/");
  } catch {
    // No address at all: the real `fetch` says so.
    return false;
  }
}

async function routed(core: Core, input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const request = new Request(input, await readable(input, init));
  try {
    const head = headOf(request);
    const body = await request.arrayBuffer();
    const answer = await core.host.invoke<ArrayBuffer>(
      "http:request",
      body.byteLength === 0 ? head : frame(head, body),
      { signal: request.signal, timeout: NO_LIMIT },
    );
    return response(core, request, answer);
  } catch (error) {
    if (request.signal.aborted) throw abortReason(request.signal);
    if (!(error instanceof KeystoneError)) throw error;
    const wire = toWireError(error);
    return Response.json({ error: wire }, { status: STATUS_OF_ERROR[wire.code] ?? 500 });
  }
}

/** Puts a form into bytes, which can be read again whatever is in it. */
async function readable(input: RequestInfo | URL, init?: RequestInit): Promise<RequestInit | undefined> {
  if (!(init?.body instanceof FormData)) return init;
  const { type, body } = await multipart(init.body);
  const headers = new Headers(init.headers ?? (input instanceof Request ? input.headers : undefined));
  if (!headers.has("content-type")) headers.set("content-type", type);
  return { ...init, headers, body };
}

function headOf(request: Request): RequestHead {
  const { pathname, search } = new URL(request.url);
  return { method: request.method, target: pathname + search, headers: [...request.headers] };
}

/** The head's length (u32, little-endian), the head in JSON, the body. */
function frame(head: RequestHead, body: ArrayBuffer): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(4 + text.length + body.byteLength);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 4);
  bytes.set(new Uint8Array(body), 4 + text.length);
  return bytes;
}

function response(core: Core, request: Request, answer: ArrayBuffer): Response {
  const length = new DataView(answer).getUint32(0, true);
  const head: AnswerHead = JSON.parse(new TextDecoder().decode(new Uint8Array(answer, 4, length)));
  const { status, headers, stream } = head;
  if (WITHOUT_BODY.includes(status)) return new Response(null, { status, headers });
  const body = stream === undefined ? new Uint8Array(answer, 4 + length) : streamed(core, stream, request.signal);
  return new Response(body, { status, headers });
}

/** A body that the host makes while it is read: one call makes it, and lives as long as it does; others take the bytes. */
function streamed(core: Core, stream: number, signal: AbortSignal): ReadableStream<Uint8Array> {
  const over = new AbortController();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      core.host.invoke("http:body", { stream }, { signal: over.signal, timeout: NO_LIMIT })
        .catch((error) => controller.error(error));
      signal.addEventListener("abort", () => {
        controller.error(abortReason(signal));
        over.abort();
      }, { once: true });
    },
    async pull(controller) {
      const bytes = await core.host.invoke<ArrayBuffer>("http:read", { stream }, {
        signal: over.signal,
        timeout: NO_LIMIT,
      });
      if (bytes.byteLength > 0) controller.enqueue(new Uint8Array(bytes));
      else if (!signal.aborted) controller.close();
    },
    cancel: () => over.abort(),
  }, { highWaterMark: 0 });
}

function abortReason(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException("The operation was aborted.", "AbortError");
}
