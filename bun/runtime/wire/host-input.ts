/** The line from the host process: standard input, one JSON object a line. */

import type { HostToBun } from "../../sdk/protocol.ts";
import { LineSplitter } from "./line-splitter.ts";
import type { Log } from "./log.ts";

/** Longest line, in bytes (`Protocol/README.md`). */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Reads until the end of input, which means that the host is gone. A bad line is logged and skipped. */
export async function readHostMessages(log: Log, handle: (message: HostToBun) => void): Promise<void> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  for await (const chunk of Bun.stdin.stream()) {
    for (const result of splitter.push(chunk)) {
      if (result.kind === "tooLong") {
        log.error(`a line of ${result.bytes} bytes from the host was skipped; ${MAX_LINE_BYTES} is the limit`);
      } else if (result.text.trim() !== "") handleLine(result.text, log, handle);
    }
  }
}

function handleLine(line: string, log: Log, handle: (message: HostToBun) => void): void {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return log.error(`a line from the host is not JSON: ${excerpt(line)}`);
  }
  if (typeof message !== "object" || message === null || typeof (message as { type?: unknown }).type !== "string") {
    return log.error(`a line from the host is not a message: ${excerpt(line)}`);
  }
  handle(message as HostToBun);
}

function excerpt(line: string): string {
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
