/** The line to the host process: standard output, one JSON object a line. */

import type { BunToHost } from "../../sdk/protocol.ts";

/** Writes messages to standard output in order. */
export class HostOutput {
  readonly #sink = Bun.stdout.writer({ highWaterMark: 256 * 1024 });
  #flushIsDue = false;
  #isBroken = false;

  /** Called once when the host reads no longer. What is sent from then on goes nowhere. */
  onBroken: () => void = () => {};
  /** Called before the last words are sent. */
  beforeFlush: () => void = () => {};

  send(message: BunToHost): void {
    this.sendText(JSON.stringify(message));
  }

  /** @param json - a whole message that is already JSON, without a line feed. */
  sendText(json: string): void {
    this.#write(json + "\n");
  }

  /** Resolves when everything is with the host. */
  async flush(): Promise<void> {
    this.beforeFlush();
    await this.#flush();
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
