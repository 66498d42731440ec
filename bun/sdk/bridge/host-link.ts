import { callLabel, type CallOptions, CallTable, exceedsBytes, fromWireError, KeystoneError } from "../../lib/index.ts";
import type { PageSignal } from "../protocol.ts";
import { ANSWER, PageLink } from "./page-link.ts";
import { notJSON, ScriptMessages } from "./script-messages.ts";

/** Milliseconds that a call may take where it names no other limit. */
export const INVOKE_TIMEOUT = 15_000;
/** Bytes of one message to the host. */
const MAX_MESSAGE = 128 * 1024 * 1024;

/**
 * The page's calls to the native host.
 *
 * They go over the page's own connection where the host gives it one, else by script messages. Until that is decided, soon
 * after the page began, calls wait: so they arrive in their order, whichever way they take.
 */
export class HostLink {
  readonly #calls = new CallTable((id) => this.#cancel(id));
  readonly #messages = new ScriptMessages({
    resolve: (id, value) => void this.#calls.resolve(id, value),
    reject: (id, error) => void this.#calls.reject(id, error),
  });
  readonly #link: PageLink | undefined;
  #path: "undecided" | "link" | "messages" = "messages";
  #waiting: { id: number; send: () => void }[] = [];

  constructor() {
    const functions = globalThis.__keystoneLink;
    if (!functions) return;
    this.#link = new PageLink(functions, {
      state: (open) => this.#decided(open),
      answer: (id, kind, value) => this.#answered(id, kind, value),
      garbled: (id) => void this.#calls.reject(id, notJSON(this.#calls.nameOf(id) ?? "")),
      unsent: (id) => void this.#calls.reject(id, unsent(this.#calls.nameOf(id) ?? "")),
    });
    if (this.#link.open()) this.#path = "undecided";
  }

  /** Which way calls go: `link` is the page's own connection. */
  get path(): string {
    return this.#path;
  }

  invoke<T>(channel: string, args?: unknown, options?: CallOptions): Promise<T> {
    return this.#calls.open<T>("invoke", channel, options?.timeout ?? INVOKE_TIMEOUT, options?.signal, (id) => {
      if (typeof channel !== "string" || channel === "" || /[\n\0]/.test(channel)) {
        throw new KeystoneError(
          "BAD_REQUEST",
          `${label(channel)}: a channel is a non-empty string without line breaks`,
        );
      }
      if (this.#path === "messages" && !this.#messages.isThere) {
        throw new KeystoneError("UNAVAILABLE", `${label(channel)}: this page does not run in a Keystone window`);
      }
      if (isBinary(args)) this.#sendBytes(id, channel, bytesOf(args));
      else this.#sendText(id, channel, args);
    });
  }

  /** Tells the host something that has no answer. Outside a Keystone window nobody hears it. */
  signal(signal: PageSignal): void {
    void globalThis.webkit?.messageHandlers?.keystoneHost?.postMessage(JSON.stringify(signal));
  }

  #sendText(id: number, channel: string, args: unknown): void {
    const text = `${id}\n${channel}\n${encode(args, channel)}`;
    if (exceedsBytes(text, MAX_MESSAGE)) throw tooLarge(channel);
    if (this.#path === "link") this.#link?.send(id, text);
    else if (this.#path === "messages") this.#messages.send(id, channel, text);
    else this.#wait(id, () => this.#path === "link" ? this.#link?.send(id, text) : this.#messages.send(id, channel, text));
  }

  #sendBytes(id: number, channel: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (bytes.byteLength > MAX_MESSAGE) throw tooLarge(channel);
    const head = `${id}\n${channel}\n`;
    if (this.#path === "link") return this.#link?.sendBytes(id, head, bytes);
    if (this.#path === "messages") return this.#messages.sendBytes(id, channel, bytes);
    // What the caller changes from here on is not meant.
    const kept = bytes.slice();
    this.#wait(id, () => this.#path === "link" ? this.#link?.sendBytes(id, head, kept) : this.#messages.sendBytes(id, channel, kept));
  }

  #wait(id: number, send: () => void): void {
    this.#waiting.push({ id, send });
  }

  #decided(open: boolean): void {
    const wasOpen = this.#path === "link";
    this.#path = open ? "link" : "messages";
    if (wasOpen && !open) {
      this.#calls.rejectAll(
        () => true,
        (call) => new KeystoneError("UNAVAILABLE", `${call}: the connection to the host was lost`),
      );
    }
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { id, send } of waiting) if (this.#calls.has(id)) send();
  }

  #answered(id: number, kind: number, value: unknown): void {
    if (kind === ANSWER.error) this.#calls.reject(id, fromWireError(value));
    // A copy: the engine refuses to transfer a buffer that the library has written to.
    else if (kind === ANSWER.bytes) this.#calls.resolve(id, (value as Uint8Array).slice().buffer);
    else this.#calls.resolve(id, kind === ANSWER.nothing ? undefined : value);
  }

  #cancel(id: number): void {
    if (this.#path === "link") this.#link?.send(id, `${id}\n\n`);
    else if (this.#path === "messages") this.#messages.cancel(id);
  }
}

/** `ArrayBuffer`s and views of them travel as bytes. */
function isBinary(value: unknown): value is ArrayBuffer | ArrayBufferView<ArrayBuffer> {
  return typeof value === "object" && value !== null && (value instanceof ArrayBuffer || ArrayBuffer.isView(value));
}

function bytesOf(value: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
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

function label(channel: string): string {
  return callLabel("invoke", channel);
}

function unsent(channel: string): KeystoneError {
  return new KeystoneError("UNAVAILABLE", `${label(channel)}: the host does not keep up with this page's calls`);
}

function tooLarge(channel: string): KeystoneError {
  return new KeystoneError("TOO_LARGE", `${label(channel)}: the arguments are longer than ${MAX_MESSAGE >> 20} MiB`);
}
