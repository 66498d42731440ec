import { type Entry, entryOf, type Fields } from "../model/entry.ts";
import { address, FileError, request } from "./files-api.ts";
import { jsonLines } from "./json-lines.ts";

export interface Listed {
  entries: number;
  /** Entries that are there and are not told: there are too many. */
  omitted: number;
  /** Whether changes follow. */
  isLive: boolean;
}

export interface FolderEvents {
  /** A listing begins, for the first time or anew. */
  begin(): void;
  entries(batch: Entry[]): void;
  /** The listing is whole. */
  listed(listed: Listed): void;
  changed(put: Entry[], removed: string[]): void;
  /** The folder is no longer there. */
  gone(): void;
  /** It can't be shown, and waiting does not mend that. */
  failed(error: unknown): void;
}

type Line =
  | { entries: Fields[] }
  | { listed: Listed }
  | { changes: (Fields | [string])[] }
  | { again: true }
  | { gone: true };

const FIRST_PAUSE = 50;
const LONGEST_PAUSE = 2000;

/** Follows what is in a folder. When the stream ends, for example because the plugin was reloaded, it is opened anew. */
export class FolderLink {
  readonly path: string;
  readonly #events: FolderEvents;
  readonly #closing = new AbortController();
  #pause = FIRST_PAUSE;

  constructor(path: string, events: FolderEvents) {
    this.path = path;
    this.#events = events;
    void this.#follow();
  }

  close(): void {
    this.#closing.abort();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        if (await this.#read() === "over") return;
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof FileError && error.status === 404) return this.#events.gone();
        if (error instanceof FileError && error.status < 500) return this.#events.failed(error);
      }
      await new Promise((resolve) => setTimeout(resolve, this.#pause));
      this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
    }
  }

  /** One stream to its end. */
  async #read(): Promise<"over" | "lost"> {
    const { signal } = this.#closing;
    const response = await request(address("folder", this.path), { signal });
    let isLive = true;
    this.#events.begin();
    for await (const line of jsonLines<Line>(response.body!)) {
      if (signal.aborted) return "over";
      if ("entries" in line) this.#events.entries(line.entries.map((fields) => entryOf(fields, this.path)));
      else if ("changes" in line) this.#change(line.changes);
      else if ("again" in line) this.#events.begin();
      else if ("gone" in line) {
        this.#events.gone();
        return "over";
      } else {
        isLive = line.listed.isLive;
        this.#pause = FIRST_PAUSE;
        this.#events.listed(line.listed);
      }
    }
    return isLive ? "lost" : "over";
  }

  #change(changes: (Fields | [string])[]): void {
    const isThere = (change: Fields | [string]): change is Fields => change.length > 1;
    const put = changes.filter(isThere).map((fields) => entryOf(fields, this.path));
    this.#events.changed(put, changes.filter((change) => !isThere(change)).map(([name]) => name));
  }
}
