/** The line to the host process: one JSON object a line, on standard output or on a descriptor of its own. */

import type { BunToHost } from "../../sdk/protocol.ts";

/** What waits for a host that doesn't read, in characters, before messages that may be lost are. */
const MAX_WAITING_LENGTH = 64 * 1024 * 1024;

/** Messages that nobody waits for, and that app code may send without a bound. */
const LOSABLE: ReadonlySet<BunToHost["type"]> = new Set([
  "log",
  "service_push",
  "action_from_web",
  "action_from_service",
  "relay",
  "hmr",
]);

export type OutputSink = Pick<BunFileSink, "write" | "flush">;

/** Writes messages in order. */
export class HostOutput {
  /** Characters that were written while the host did not read. */
  #waiting = 0;
  #flushes = 0;
  #lost = 0;
  #flushIsDue = false;
  #isBroken = false;

  /** Called once when the host reads no longer. What is sent from then on goes nowhere. */
  onBroken: () => void = () => {};
  /** Called before the last words are sent. */
  beforeFlush: () => void = () => {};

  constructor(private readonly sink: OutputSink = openSink(process.env)) {}

  send(message: BunToHost): void {
    const json = JSON.stringify(message);
    if (LOSABLE.has(message.type)) this.offerText(json);
    else this.sendText(json);
  }

  /** @param json - a whole message that is already JSON, without a line feed. */
  sendText(json: string): void {
    this.#write(json + "\n");
  }

  /** Like `sendText`, for what may be lost when too much waits for the host; how much was is told once it reads again. */
  offerText(json: string): void {
    if (this.isBehind) this.#lost++;
    else this.sendText(json);
  }

  /** Whether so much waits for the host that what can be refused should be. */
  get isBehind(): boolean {
    return this.#waiting > MAX_WAITING_LENGTH;
  }

  /** Resolves when everything is with the host. */
  async flush(): Promise<void> {
    this.beforeFlush();
    await this.#flush();
  }

  /** One system call for all that a turn of the event loop has to say. */
  #write(text: string): void {
    if (this.#isBroken) return;
    this.sink.write(text);
    this.#waiting += text.length;
    if (this.#flushIsDue) return;
    this.#flushIsDue = true;
    queueMicrotask(() => {
      this.#flushIsDue = false;
      void this.#flush();
    });
  }

  async #flush(): Promise<void> {
    if (this.#isBroken) return;
    const flush = ++this.#flushes;
    try {
      await this.sink.flush();
    } catch {
      // Nobody reads: there is nobody left to tell, and everybody to stop.
      this.#isBroken = true;
      return this.onBroken();
    }
    // Everything is out unless more was written meanwhile.
    if (flush === this.#flushes && !this.#flushIsDue) this.#drained();
  }

  #drained(): void {
    this.#waiting = 0;
    const lost = this.#lost;
    if (lost === 0) return;
    this.#lost = 0;
    this.send({
      type: "log",
      level: "error",
      source: "bun",
      message: `the host didn't read; ${lost} messages were lost`,
    });
  }
}

/** Takes the variable, so that nothing that is started here looks for the descriptor. */
function openSink(variables: Record<string, string | undefined>): OutputSink {
  const descriptor = Number(variables.KEYSTONE_PROTOCOL_FD ?? 1);
  delete variables.KEYSTONE_PROTOCOL_FD;
  const file = descriptor === 1 ? Bun.stdout : Bun.file(descriptor);
  return file.writer({ highWaterMark: 256 * 1024 });
}
