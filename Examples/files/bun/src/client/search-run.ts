import { type Entry, entryOf, type Fields } from "../model/entry.ts";
import { address, request } from "./files-api.ts";
import { jsonLines } from "./json-lines.ts";

export type Goal = "name" | "text";

export interface Progress {
  entries: number;
  directories: number;
  /** What could not be read. */
  skipped: number;
  bytes: number;
  hits: number;
  /** There is more than is told. */
  isCut: boolean;
}

export interface SearchEvents {
  found(hits: Entry[], progress: Progress): void;
  /** The search is over. With an error: before its end. */
  done(error?: unknown): void;
}

type Line =
  | { found: [place: string, ...fields: Fields, line?: number, text?: string][]; progress: Progress }
  | { done: true };

/** One search below a folder. Closing it ends the work of the host too. */
export class SearchRun {
  readonly #events: SearchEvents;
  readonly #closing = new AbortController();

  constructor(place: string, goal: Goal, text: string, showsHidden: boolean, events: SearchEvents) {
    this.#events = events;
    const query = new URLSearchParams({ [goal]: text, hidden: showsHidden ? "1" : "0" });
    this.#read(`${address("search", place)}?${query}`).then((isWhole) => {
      this.#tell(isWhole ? undefined : new Error("The search was interrupted."));
    }, (error) => this.#tell(error));
  }

  close(): void {
    this.#closing.abort();
  }

  async #read(address: string): Promise<boolean> {
    const { signal } = this.#closing;
    const response = await request(address, { signal });
    for await (const line of jsonLines<Line>(response.body!)) {
      if (signal.aborted || "done" in line) return true;
      this.#events.found(line.found.map(hitOf), line.progress);
    }
    return false;
  }

  #tell(error?: unknown): void {
    if (!this.#closing.signal.aborted) this.#events.done(error);
  }
}

function hitOf([place, ...hit]: [string, ...Fields, line?: number, text?: string]): Entry {
  const [name, kind, size, modified, number, text] = hit;
  const entry = entryOf([name, kind, size, modified], place);
  return number === undefined ? entry : { ...entry, line: { number, text: text ?? "" } };
}
