import { callLabel, describe, fromWireError, KeystoneError } from "../../lib/index.ts";
import type { MessageHandler } from "../globals.ts";

/** How a call that goes by script message ends. */
export interface Settle {
  resolve(id: number, value: unknown): void;
  reject(id: number, error: KeystoneError): void;
}

/** Begins an answer that is bytes; JSON can't begin so. */
const BYTES = "base64:";

/**
 * Calls by script messages, whose replies resolve the very promise; bytes go as the body of a request to the host's own
 * scheme. This is how pages call that have no connection of their own.
 */
export class ScriptMessages {
  readonly #settle: Settle;
  /** Before anyone patches it. */
  readonly #fetch = globalThis.fetch;
  #handler: MessageHandler | undefined;

  constructor(settle: Settle) {
    this.#settle = settle;
  }

  /** Whether this is a page of a Keystone window. */
  get isThere(): boolean {
    return this.#find() !== undefined;
  }

  send(id: number, channel: string, text: string): void {
    this.#find()?.postMessage(text).then(
      (answer) => this.#answered(id, answer, channel),
      (error) => this.#settle.reject(id, decodeError(error)),
    );
  }

  sendBytes(id: number, channel: string, bytes: Uint8Array<ArrayBuffer>): void {
    const address = `keystone://invoke/${encodeURIComponent(channel)}?id=${id}`;
    this.#fetch.call(globalThis, address, { method: "POST", body: bytes }).then(readAnswer).then(
      (value) => this.#settle.resolve(id, value),
      (error) => this.#settle.reject(id, error instanceof KeystoneError ? error : unavailable(channel, error)),
    );
  }

  cancel(id: number): void {
    // The call has been rejected already; whether its handler could still be stopped is not for the page to know.
    this.#find()?.postMessage(`${id}\n\n`).catch(() => undefined);
  }

  #find(): MessageHandler | undefined {
    return this.#handler ??= globalThis.webkit?.messageHandlers?.keystone;
  }

  #answered(id: number, text: string | null | undefined, channel: string): void {
    if (!text) return this.#settle.resolve(id, undefined);
    if (text.startsWith(BYTES)) return this.#settle.resolve(id, decodeBytes(text.slice(BYTES.length)));
    try {
      this.#settle.resolve(id, JSON.parse(text));
    } catch (error) {
      this.#settle.reject(id, notJSON(channel, error));
    }
  }
}

/** A handler answered with text that is not JSON. */
export function notJSON(channel: string, cause?: unknown): KeystoneError {
  return new KeystoneError("HANDLER_FAILED", `${callLabel("invoke", channel)}: the answer is not JSON`, { cause });
}

function unavailable(channel: string, error: { message?: string }): KeystoneError {
  return new KeystoneError("UNAVAILABLE", `${callLabel("invoke", channel)}: ${describe(error?.message ?? error)}`, {
    cause: error,
  });
}

function decodeBytes(base64: string): ArrayBuffer {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)).buffer;
}

function decodeError(error: unknown): KeystoneError {
  const message = error instanceof Error ? error.message : describe(error);
  try {
    return fromWireError(JSON.parse(message));
  } catch {
    // Not the host's answer but WebKit's own complaint: the handler is gone, or the view is closing.
    return new KeystoneError("UNAVAILABLE", message, { cause: error });
  }
}

async function readAnswer(response: Response): Promise<unknown> {
  if (!response.ok) throw decodeError(await response.text());
  if (!response.headers.get("content-type")?.startsWith("application/json")) return await response.arrayBuffer();
  const text = await response.text();
  return text === "" ? undefined : JSON.parse(text);
}
