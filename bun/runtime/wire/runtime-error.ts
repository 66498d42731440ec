/** Errors with a code, and their form on the wire. */

import type { ErrorCode, WireError } from "../../sdk/protocol.ts";

/** An error whose code the asker gets to see. */
export class RuntimeError extends Error {
  constructor(readonly code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "KeystoneError";
  }
}

/**
 * The wire's form of anything that was thrown.
 *
 * @param fallbackCode - for errors that bring no `code` of their own.
 * @param withStack - only in development: a stack tells a page where the app's files lie.
 */
export function toWireError(thrown: unknown, fallbackCode: ErrorCode, withStack: boolean): WireError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: describeThrown(thrown), code: fallbackCode };
  }
  const own = (thrown as { code?: unknown }).code;
  const error: WireError = {
    name: String(thrown.name || "Error"),
    message: String(thrown.message),
    code: typeof own === "string" && own !== "" ? own : fallbackCode,
  };
  if (withStack && thrown.stack) error.stack = thrown.stack;
  return error;
}

/** What a log line says about anything that was thrown: message, place and stack. */
export function describeError(thrown: unknown): string {
  if (!(thrown instanceof Error)) return describeThrown(thrown);
  const message = `${thrown.name}: ${thrown.message}`;
  const place = positionOf(thrown);
  const headline = place ? `${place}: ${message}` : message;
  const stack = thrown.stack ?? "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line)).join("\n");
  const cause = thrown.cause === undefined ? "" : `\ncaused by ${describeError(thrown.cause)}`;
  return (frames ? `${headline}\n${frames}` : headline) + cause;
}

/** `file:line:column` of a syntax or resolution error (Bun's BuildMessage and ResolveMessage). */
function positionOf(error: Error): string | undefined {
  const position = (error as { position?: { file?: string; line?: number; column?: number } | null }).position;
  if (!position?.file) return undefined;
  return `${position.file}:${position.line ?? 0}:${position.column ?? 0}`;
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === "string") return thrown;
  try {
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    // A cycle or a BigInt: its plain text is all there is to tell.
    return String(thrown);
  }
}
