/** Answers to questions, as the text that goes over the wire. */

import type { ErrorCode, MessageId } from "../../sdk/protocol.ts";
import { RuntimeError, toWireError } from "./runtime-error.ts";

/** Runs `work` and makes the `result` or `error` message of what comes out. Never rejects. */
export async function answerText(
  id: MessageId,
  what: string,
  work: () => Promise<unknown>,
  withStack: boolean,
  limit: number,
): Promise<string> {
  try {
    const text = resultText(id, what, await work());
    if (text.length > limit) {
      throw new RuntimeError("TOO_LARGE", `${what}: the answer is over ${limit} characters long`);
    }
    return text;
  } catch (error) {
    return errorText(id, error, "HANDLER_FAILED", withStack);
  }
}

/** @throws RuntimeError `HANDLER_FAILED` when `value` is not JSON. */
function resultText(id: MessageId, what: string, value: unknown): string {
  const idText = JSON.stringify(id);
  if (value === undefined) return `{"type":"result","id":${idText}}`;
  let json: string | undefined;
  try {
    json = JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError("HANDLER_FAILED", `${what} returned a value that is not JSON: ${reason}`, { cause: error });
  }
  if (json === undefined) {
    throw new RuntimeError("HANDLER_FAILED", `${what} returned a ${typeof value}, which is not JSON`);
  }
  return `{"type":"result","id":${idText},"result":${json}}`;
}

export function errorText(
  id: MessageId | undefined,
  error: unknown,
  fallbackCode: ErrorCode,
  withStack: boolean,
): string {
  return JSON.stringify({ type: "error", id, error: toWireError(error, fallbackCode, withStack) });
}
