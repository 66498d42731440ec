/** The line to the host process: standard output, one JSON object a line. */

import type { BunToHost } from "../../sdk/protocol.ts";

/** Writes messages to standard output in order, and keeps stray output of app code on lines of its own. */
export class HostOutput {
  readonly #sink = Bun.stdout.writer({ highWaterMark: 256 * 1024 });
  #strayLine = "";
  #flushIsDue = false;
  #isBroken = false;

  /** Called once when the host reads no longer. What is sent from then on goes nowhere. */
  onBroken: () => void = () => {};

  send(message: BunToHost): void {
    this.sendText(JSON.stringify(message));
  }

  /** @param json - a whole message that is already JSON, without a line feed. */
  sendText(json: string): void {
    this.#write(json + "\n");
  }

  /** Output that app code wrote itself: goes out in whole lines, so that it never tears a message. */
  writeStray(text: string): void {
    const end = text.lastIndexOf("\n") + 1;
    if (end === 0) {
      this.#strayLine += text;
      return;
    }
    this.#write(this.#strayLine + text.slice(0, end));
    this.#strayLine = text.slice(end);
  }

  /** Resolves when everything is with the host. */
  async flush(): Promise<void> {
    if (this.#strayLine) this.#write(this.#strayLine + "\n");
    this.#strayLine = "";
    await this.#flush();
  }

  /** Replaces `process.stdout.write`, whose output would otherwise land in the middle of a message. */
  adoptStandardOutput(): void {
    const write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      this.writeStray(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      const callback = rest.find((argument) => typeof argument === "function") as (() => void) | undefined;
      if (callback) queueMicrotask(callback);
      return true;
    };
    Object.defineProperty(process.stdout, "write", { value: write, configurable: true, writable: true });
  }

  /** One system call for all that a turn of the event loop has to say. */
  #write(text: string): void {
    if (this.#isBroken) return;
    this.#sink.write(text);
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    queueMicrotask(() => {
      this.#flushIsDue = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#sink.flush();
    } catch {
      // Nobody reads: there is nobody left to tell, and everybody to stop.
      this.#isBroken = true;
      this.onBroken();
    }
  }
}
