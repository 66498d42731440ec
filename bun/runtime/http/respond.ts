/** Answers with the headers that every answer carries. */

import { statSync } from "node:fs";
import { contentType } from "./content-type.ts";
import { parseRange } from "./range.ts";

const ALWAYS = {
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Resource-Policy": "same-origin",
  // Another port of this machine is the same site: its pages would get the cookie sent along.
  "Content-Security-Policy": "frame-ancestors 'self'",
  "Referrer-Policy": "no-referrer",
};

/** Ask again each time: the port is the same at the next launch, and the app may have been edited or updated since. */
const REVALIDATE = "no-cache";
const FOREVER = "public, max-age=31536000, immutable";

export function plain(status: number, text: string): Response {
  const headers = { ...ALWAYS, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(`${text}\n`, { status, headers });
}

export function json(status: number, value: unknown): Response {
  const headers = { ...ALWAYS, "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store" };
  return new Response(JSON.stringify(value), { status, headers });
}

/** Bytes that are in memory. @param hash - names this version of them; with `isForever` the address itself does. */
export function bytes(
  request: Request,
  body: string | Uint8Array,
  path: string,
  hash: string,
  isForever = false,
): Response {
  const headers = {
    ...ALWAYS,
    "Content-Type": contentType(path),
    "Cache-Control": isForever ? FOREVER : REVALIDATE,
    ETag: `"${hash}"`,
  };
  if (isFresh(request, headers.ETag, undefined)) return new Response(null, { status: 304, headers });
  return new Response(body as string, { headers });
}

/** A file, whole or the range that was asked for. */
export function file(request: Request, path: string): Response {
  const { size, mtimeMs, mtime } = statSync(path);
  const headers: Record<string, string> = {
    ...ALWAYS,
    "Content-Type": contentType(path),
    "Cache-Control": REVALIDATE,
    "Accept-Ranges": "bytes",
    ETag: `W/"${size.toString(36)}-${mtimeMs.toString(36)}"`,
    "Last-Modified": mtime.toUTCString(),
  };
  if (isFresh(request, headers.ETag ?? "", mtime)) return new Response(null, { status: 304, headers });
  const range = parseRange(request.headers.get("range"), size);
  if (range === "unsatisfiable") {
    return new Response(null, { status: 416, headers: { ...headers, "Content-Range": `bytes */${size}` } });
  }
  if (range === undefined) return new Response(Bun.file(path) as unknown as Blob, { headers });
  headers["Content-Range"] = `bytes ${range.start}-${range.end}/${size}`;
  return new Response(Bun.file(path).slice(range.start, range.end + 1) as unknown as Blob, { status: 206, headers });
}

/** RFC 9110, section 13.2.2: `If-None-Match` goes before `If-Modified-Since`. */
function isFresh(request: Request, etag: string, modified: Date | undefined): boolean {
  const known = request.headers.get("if-none-match");
  if (known !== null) return known === "*" || known.split(",").some((tag) => weak(tag) === weak(etag));
  const since = Date.parse(request.headers.get("if-modified-since") ?? "");
  return modified !== undefined && Math.floor(modified.getTime() / 1000) * 1000 <= since;
}

const weak = (tag: string): string => tag.trim().replace(/^W\//, "");
