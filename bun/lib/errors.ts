import type { ErrorCode, WireError } from "../sdk/protocol.ts";

/** Marks a `KeystoneError` made by any copy of this module: a page may hold several, and `instanceof` must see them all. */
const BRAND = Symbol.for("keystone.error");

/** Longest message and stack that go over the wire, in UTF-16 units. */
const MAX_TEXT = 16_384;

/**
 * The error that every call of the SDK rejects with.
 *
 * `code` says what went wrong (`TIMEOUT`, `NO_HANDLER`, …, or a handler's own); `remoteStack` is the stack on the other
 * side, in development only.
 */
export class KeystoneError extends Error {
  readonly code: ErrorCode;
  readonly remoteStack?: string;

  constructor(
    code: ErrorCode,
    message: string,
    options: { name?: string; cause?: unknown; remoteStack?: string } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = options.name ?? (code === "ABORTED" ? "AbortError" : "KeystoneError");
    this.code = code;
    if (options.remoteStack !== undefined) this.remoteStack = options.remoteStack;
    Object.defineProperty(this, BRAND, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    // A subclass keeps the prototype's rule; only the base class recognises other copies of itself.
    if (this !== KeystoneError) return Function.prototype[Symbol.hasInstance].call(this, value);
    return typeof value === "object" && value !== null && BRAND in value;
  }
}

/** Anything thrown, as an error for the wire: bounded, and without a stack unless asked for. */
export function toWireError(thrown: unknown, options: { stack?: boolean; code?: ErrorCode } = {}): WireError {
  const error = thrown instanceof Error ? thrown : new Error(describe(thrown));
  const own = (error as { code?: unknown }).code;
  const wire: WireError = {
    name: clip(error.name || "Error", 256),
    message: clip(error.message || error.name || "unknown error"),
    code: typeof own === "string" && own !== "" ? clip(own, 256) : options.code ?? "HANDLER_FAILED",
  };
  if (options.stack && error.stack) wire.stack = clip(error.stack);
  return wire;
}

/** An error from the wire. Whatever is missing or of the wrong type is filled in, so that it never throws. */
export function fromWireError(wire: unknown): KeystoneError {
  const { name, message, code, stack } = (typeof wire === "object" && wire !== null ? wire : {}) as Partial<WireError>;
  return new KeystoneError(
    typeof code === "string" && code !== "" ? code : "HANDLER_FAILED",
    typeof message === "string" ? message : describe(wire),
    {
      name: typeof name === "string" && name !== "" && name !== "Error" ? name : undefined,
      remoteStack: typeof stack === "string" ? stack : undefined,
    },
  );
}

/** Text for a value that is not an `Error`. Never throws, not even for objects that refuse to become strings. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    if (typeof value === "object" && value !== null) return JSON.stringify(value) ?? "unknown error";
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

function clip(text: string, limit = MAX_TEXT): string {
  return text.length <= limit ? text : text.slice(0, limit) + "…";
}
