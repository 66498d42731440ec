import { invoke } from "@keystone/sdk/bridge";
import type { Kind } from "../model/entry.ts";

/** Where the window is. */
export interface Place {
  /** Below the root; empty for the root. */
  path: string;
  /** Absolute. */
  root: string;
  canGoBack: boolean;
  canGoForward: boolean;
  /** A file that was asked for. */
  selected?: string;
}

export interface Details {
  path: string;
  name: string;
  kind: Kind;
  size: number;
  modified: number;
  permissions: string;
  type?: string;
  target?: string;
}

/** What the host's routes answer when they can't. */
export class FileError extends Error {
  constructor(message: string, readonly status: number) {
    super(message);
    this.name = "FileError";
  }
}

/** A route, with a path below it. */
export function address(route: "files" | "content" | "folder" | "search", path: string): string {
  return `/api/${route}/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Asks a route. Throws `FileError` for all answers that are none. */
export async function request(address: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(address, init);
  if (response.ok) return response;
  const answer = await response.json().catch(() => undefined);
  throw new FileError(answer?.error?.message ?? `The host answered ${response.status}.`, response.status);
}

/** What a page can ask of `plugins/Files`, with its types. */
export const api = {
  place: (): Promise<Place> => invoke("files:place"),
  open: (path: string): Promise<Place> => invoke("files:open", { path }),
  go: (steps: -1 | 1): Promise<Place> => invoke("files:go", { steps }),
  details: (path: string, signal?: AbortSignal): Promise<Details> =>
    request(address("files", path), { signal }).then((response) => response.json()),
  rename: (path: string, name: string): Promise<Details> =>
    request(address("files", path), { method: "PATCH", body: JSON.stringify({ name }) })
      .then((response) => response.json()),
  remove: async (path: string, recursive: boolean): Promise<void> => {
    await request(address("files", path) + (recursive ? "?recursive=1" : ""), { method: "DELETE" });
  },
  /** A file's content, or its first bytes. */
  content: (path: string, count?: number, signal?: AbortSignal): Promise<Response> =>
    request(address("content", path), {
      signal,
      headers: count === undefined ? {} : { Range: `bytes=0-${count - 1}` },
    }),
};
