import {
  callLabel,
  type CallOptions,
  CallTable,
  describe,
  exceedsBytes,
  fromWireError,
  KeystoneError,
} from "../../lib/index.ts";
import type { MessageHandler } from "../globals.ts";
import type { PageSignal } from "../protocol.ts";

/** Milliseconds that a call may take where it names no other limit. */
export const INVOKE_TIMEOUT = 15_000;
/** Bytes of one message to the host. */
const MAX_MESSAGE = 128 * 1024 * 1024;
/** Begins a script message's answer that is bytes; JSON can't begin so. */
const BYTES = "base64:";

/**
 * The page's calls to the native host: one script message each, whose reply resolves the very promise; bytes go as the
 * body of a request to the host's own scheme instead.
 */
export class HostLink {
  readonly #calls = new CallTable((id) => this.#cancel(id));
  /** Before anyone patches it. */
  readonly #fetch = globalThis.fetch;
  #handler: MessageHandler | undefined;

  invoke<T>(channel: string, args?: unknown, options?: CallOptions): Promise<T> {
    return this.#calls.open<T>("invoke", channel, options?.timeout ?? INVOKE_TIMEOUT, options?.signal, (id) => {
      if (typeof channel !== "string" || channel === "" || channel.includes("\n")) {
        throw new KeystoneError(
          "BAD_REQUEST",
          `${label(channel)}: a channel is a non-empty string without line breaks`,
        );
      }
      const handler = this.#find();
      if (!handler) {
        throw new KeystoneError("UNAVAILABLE", `${label(channel)}: this page does not run in a Keystone window`);
      }
      if (isBinary(args)) this.#sendBytes(id, channel, args);
      else this.#sendText(id, handler, channel, args);
    });
  }

  /** Tells the host something that has no answer. Outside a Keystone window nobody hears it. */
  signal(signal: PageSignal): void {
    void globalThis.webkit?.messageHandlers?.keystoneHost?.postMessage(JSON.stringify(signal));
  }

  #find(): MessageHandler | undefined {
    return this.#handler ??= globalThis.webkit?.messageHandlers?.keystone;
  }

  #sendText(id: number, handler: MessageHandler, channel: string, args: unknown): void {
    const body = `${id}\n${channel}\n${encode(args, channel)}`;
    if (exceedsBytes(body, MAX_MESSAGE)) throw tooLarge(channel);
    handler.postMessage(body).then(
      (text) => this.#settle(id, text, channel),
      (error) => this.#calls.reject(id, decodeError(error)),
    );
  }

  #settle(id: number, text: string | null | undefined, channel: string): void {
    if (!text) return void this.#calls.resolve(id, undefined);
    if (text.startsWith(BYTES)) return void this.#calls.resolve(id, decodeBytes(text.slice(BYTES.length)));
    try {
      this.#calls.resolve(id, JSON.parse(text));
    } catch (error) {
      this.#calls.reject(
        id,
        new KeystoneError("HANDLER_FAILED", `${label(channel)}: the answer is not JSON`, { cause: error }),
      );
    }
  }

  #sendBytes(id: number, channel: string, bytes: Uint8Array<ArrayBuffer> | ArrayBuffer): void {
    if (bytes.byteLength > MAX_MESSAGE) throw tooLarge(channel);
    const address = `keystone://invoke/${encodeURIComponent(channel)}?id=${id}`;
    this.#fetch.call(globalThis, address, { method: "POST", body: bytes }).then(readAnswer).then(
      (value) => this.#calls.resolve(id, value),
      (error) =>
        this.#calls.reject(
          id,
          error instanceof KeystoneError
            ? error
            : new KeystoneError("UNAVAILABLE", `${label(channel)}: ${describe(error?.message ?? error)}`, {
              cause: error,
            }),
        ),
    );
  }

  #cancel(id: number): void {
    // The call has been rejected already; whether its handler could still be stopped is not for the page to know.
    this.#find()?.postMessage(`${id}\n\n`).catch(() => undefined);
  }
}

/** `ArrayBuffer`s and views of them travel as bytes. */
function isBinary(value: unknown): value is ArrayBuffer | Uint8Array<ArrayBuffer> {
  return typeof value === "object" && value !== null && (value instanceof ArrayBuffer || ArrayBuffer.isView(value));
}

function encode(args: unknown, channel: string): string {
  if (args === undefined) return "";
  try {
    return JSON.stringify(args) ?? "";
  } catch (error) {
    throw new KeystoneError("BAD_REQUEST", `${label(channel)}: the arguments cannot be written as JSON`, {
      cause: error,
    });
  }
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

function label(channel: string): string {
  return callLabel("invoke", channel);
}

function tooLarge(channel: string): KeystoneError {
  return new KeystoneError("TOO_LARGE", `${label(channel)}: the arguments are longer than ${MAX_MESSAGE >> 20} MiB`);
}
