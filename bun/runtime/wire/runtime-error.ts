/** Errors with a code, and their form on the wire. */

import type { ErrorCode, WireError } from "../../sdk/protocol.ts";

const UNREADABLE = "something was thrown that can't be read";
const MAX_CAUSES = 8;
const MAX_PARTS = 5;

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
  try {
    return readError(thrown, fallbackCode, withStack);
  } catch {
    // A getter of its own threw; nothing can be read from such a value.
    return { name: "Error", message: UNREADABLE, code: fallbackCode };
  }
}

function readError(thrown: unknown, fallbackCode: ErrorCode, withStack: boolean): WireError {
  if (!(thrown instanceof Error)) {
    return { name: "Error", message: describeThrown(thrown), code: fallbackCode };
  }
  const own = (thrown as { code?: unknown }).code;
  const error: WireError = {
    name: String(thrown.name || "Error"),
    message: String(thrown.message),
    code: typeof own === "string" && own !== "" ? own : fallbackCode,
  };
  if (withStack && thrown.stack) error.stack = String(thrown.stack);
  return error;
}

/** What a log line says about anything that was thrown: message, place and stack. */
export function describeError(thrown: unknown): string {
  try {
    return readDescription(thrown, 0);
  } catch {
    // As in `toWireError`.
    return UNREADABLE;
  }
}

function readDescription(thrown: unknown, depth: number): string {
  if (!(thrown instanceof Error)) return describeThrown(thrown);
  const message = `${thrown.name}: ${thrown.message}`;
  const place = positionOf(thrown);
  const headline = place ? `${place}: ${message}` : message;
  const stack = String(thrown.stack ?? "");
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line)).join("\n");
  // An error may be its own cause.
  const tellsCause = thrown.cause !== undefined && depth < MAX_CAUSES;
  const cause = tellsCause ? `\ncaused by ${readDescription(thrown.cause, depth + 1)}` : "";
  return (frames ? `${headline}\n${frames}` : headline) + readParts(thrown, depth) + cause;
}

/** The single errors of an `AggregateError`: a file with several syntax errors says nothing by itself. */
function readParts(thrown: Error, depth: number): string {
  const { errors } = thrown as { errors?: unknown };
  if (!Array.isArray(errors) || depth >= MAX_CAUSES) return "";
  return errors.slice(0, MAX_PARTS).map((error) => `\n${readDescription(error, depth + 1)}`).join("");
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
