/** Cuts a stream of bytes into lines, with a bound on how long a line may be. */

const LINE_FEED = 10;

/** What a stream's bytes amounted to. */
export type SplitResult = { kind: "line"; text: string } | { kind: "tooLong"; bytes: number };

/** Feed it chunks; it hands back the lines that they complete. A line over the limit is skipped up to its end. */
export class LineSplitter {
  #parts: Uint8Array[] = [];
  #length = 0;
  #skipped = 0;
  readonly #decoder = new TextDecoder();

  /** @param limit - the longest line, in bytes. */
  constructor(private readonly limit: number) {}

  push(chunk: Uint8Array): SplitResult[] {
    const results: SplitResult[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      if (end < 0) break;
      this.#take(chunk.subarray(start, end));
      results.push(this.#finish());
      start = end + 1;
    }
    if (start < chunk.length) this.#take(chunk.slice(start));
    return results;
  }

  #take(part: Uint8Array): void {
    if (this.#skipped > 0 || this.#length + part.length > this.limit) {
      this.#skipped += this.#length + part.length;
      this.#parts = [];
      this.#length = 0;
      return;
    }
    this.#parts.push(part);
    this.#length += part.length;
  }

  #finish(): SplitResult {
    if (this.#skipped > 0) {
      const bytes = this.#skipped;
      this.#skipped = 0;
      return { kind: "tooLong", bytes };
    }
    const text = this.#decoder.decode(joined(this.#parts, this.#length));
    this.#parts = [];
    this.#length = 0;
    return { kind: "line", text };
  }
}

function joined(parts: Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first) return first;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
