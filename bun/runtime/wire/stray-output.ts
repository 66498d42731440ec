/** What app code writes to standard output itself becomes log lines: standard output belongs to the protocol. */

import type { HostOutput } from "./host-output.ts";
import type { Log } from "./log.ts";

/** A line without an end is logged in pieces of this length. */
const MAX_PIECE_LENGTH = 64 * 1024;

/** Replaces `process.stdout.write`: whatever it is given, JSON that looks like a message too, is only ever logged. */
export function captureStandardOutput(output: HostOutput, log: Log): void {
  const lines = new StrayLines((line) => log.info(line));
  const decoder = new TextDecoder();
  const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
    lines.take(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    const callback = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
    if (callback) queueMicrotask(callback);
    return true;
  };
  Object.defineProperty(process.stdout, "write", { value: write, configurable: true, writable: true });
  output.beforeFlush = () => lines.finish();
}

/** Cuts text into lines. */
export class StrayLines {
  #rest = "";

  constructor(private readonly tell: (line: string) => void) {}

  take(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.tell(line.replace(/\r$/, ""));
    while (this.#rest.length > MAX_PIECE_LENGTH) {
      this.tell(this.#rest.slice(0, MAX_PIECE_LENGTH));
      this.#rest = this.#rest.slice(MAX_PIECE_LENGTH);
    }
  }

  /** A last line without an end. */
  finish(): void {
    if (this.#rest !== "") this.tell(this.#rest);
    this.#rest = "";
  }
}
