/** Log lines for the host: level, message, and who speaks. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { LogLevel } from "../../sdk/protocol.ts";
import type { HostOutput } from "./host-output.ts";

const ORDER: Record<LogLevel, number> = { debug: 0, info: 1, warning: 2, error: 3 };

/** Longer messages are cut, so that a runaway log line can't fill the host's memory. */
const MAX_MESSAGE_LENGTH = 256 * 1024;

/** Whose code is running: `service:NAME`, or the runtime and everything else as `bun`. */
const speaker = new AsyncLocalStorage<string>();
/** Modules are evaluated outside of any asynchronous context, so loading one names its speaker here. */
let loadingSpeaker: string | undefined;

export class Log {
  constructor(private readonly output: HostOutput, private readonly level: LogLevel) {}

  debug(message: string): void {
    this.write("debug", message);
  }

  info(message: string): void {
    this.write("info", message);
  }

  warning(message: string): void {
    this.write("warning", message);
  }

  error(message: string): void {
    this.write("error", message);
  }

  write(level: LogLevel, message: string, source = currentSpeaker()): void {
    if (ORDER[level] < ORDER[this.level]) return;
    const cut = message.length > MAX_MESSAGE_LENGTH
      ? `${message.slice(0, MAX_MESSAGE_LENGTH)}… (${message.length} characters)`
      : message;
    this.output.send({ type: "log", level, message: cut, source });
  }
}

export function currentSpeaker(): string {
  return speaker.getStore() ?? loadingSpeaker ?? "bun";
}

/** Runs `body` so that what it logs, now or later, carries `source`. */
export function speakingAs<T>(source: string, body: () => T): T {
  return speaker.run(source, body);
}

/** Like `speakingAs`, for the evaluation of a module. */
export async function loadingAs<T>(source: string, body: () => Promise<T>): Promise<T> {
  const before = loadingSpeaker;
  loadingSpeaker = source;
  try {
    return await speaker.run(source, body);
  } finally {
    loadingSpeaker = before;
  }
}
