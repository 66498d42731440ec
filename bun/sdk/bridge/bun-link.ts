import { callLabel, type CallOptions, CallTable, exceedsBytes, fromWireError, KeystoneError } from "../../lib/index.ts";
import type { BunStateEvent, BunToPage, PageToBun } from "../protocol.ts";
import { Channels } from "./channels.ts";
import type { Connection } from "./connection.ts";

/** Bytes that one message on the socket may have; the server closes the socket on a longer one. */
const MAX_MESSAGE = 16 * 1024 * 1024;
/** Messages and UTF-16 units that wait for the socket to open. */
const MAX_QUEUED = 1000;
const MAX_QUEUED_UNITS = 4 * MAX_MESSAGE;

type Question = (id: number) => PageToBun;

/**
 * Everything that is said to a Bun process and heard from it over one `Connection`: calls, channels and messages. Pages
 * reach main Bun by it, and Bun processes each other.
 */
export class BunLink {
  readonly channels: Channels;
  readonly #connection: Connection;
  readonly #calls: CallTable;
  readonly #peer: string;
  /** Waiting for the socket, in order; the key is the call's id, or a negative number for messages without an answer. */
  readonly #queue = new Map<number, string>();
  #queuedUnits = 0;
  #lastUnanswered = 0;
  /** Why there is no use in waiting, if so. */
  #unavailable: string | undefined;

  /** `peer` is what errors call the other side. */
  constructor(connection: Connection, unavailable?: string, peer = "Bun") {
    this.#connection = connection;
    this.#peer = peer;
    this.#unavailable = unavailable;
    this.#calls = new CallTable((id) => this.#abandon(id));
    this.channels = new Channels(
      (channel) => {
        this.#connection.start();
        this.#trySend({ type: "subscribe", channel });
      },
      (channel) => this.#trySend({ type: "unsubscribe", channel }),
    );
    connection.onMessage.on((message) => this.#receive(message));
    connection.onState.on((state) => {
      if (state === "open") this.#opened();
      else if (state === "closed") this.#closed();
    });
  }

  /** Asks and waits for the answer, `limit` milliseconds where the options name no other. */
  call<T>(kind: string, name: string, limit: number, options: CallOptions | undefined, question: Question): Promise<T> {
    return this.#calls.open<T>(kind, name, options?.timeout ?? limit, options?.signal, (id) => {
      this.#post(id, question(id), kind, name);
    });
  }

  /** Says something that has no answer. Throws a `KeystoneError` where it can be neither sent nor kept for later. */
  tell(kind: string, name: string, message: PageToBun): void {
    this.#post(--this.#lastUnanswered, message, kind, name);
  }

  /** What the host knows about the Bun process. */
  bunState(event: BunStateEvent): void {
    if (event.state !== "failed") {
      this.#unavailable = undefined;
      return;
    }
    this.#unavailable = event.message ?? "Bun has failed and is not started again";
    this.#forgetQueue();
    this.#calls.rejectAll(() => true, (label) => this.#refusal(label));
  }

  #post(key: number, message: PageToBun, kind: string, name: string): void {
    if (this.#unavailable !== undefined) throw this.#refusal(callLabel(kind, name));
    const text = encode(message, kind, name);
    if (this.#connection.send(text)) return;
    if (this.#queue.size >= MAX_QUEUED || this.#queuedUnits + text.length > MAX_QUEUED_UNITS) {
      const label = callLabel(kind, name);
      throw new KeystoneError(
        "UNAVAILABLE",
        `${label}: not connected to ${this.#peer}, and too many messages wait already`,
      );
    }
    this.#queue.set(key, text);
    this.#queuedUnits += text.length;
    this.#connection.start();
  }

  #trySend(message: PageToBun): void {
    if (this.#connection.state === "open") this.#connection.send(JSON.stringify(message));
  }

  #opened(): void {
    // Subscriptions first, so that no answer of a call can arrive before the channel that it changes is heard.
    for (const channel of this.channels.names()) this.#trySend({ type: "subscribe", channel });
    const waiting = [...this.#queue.values()];
    this.#forgetQueue();
    for (const text of waiting) this.#connection.send(text);
  }

  #closed(): void {
    // Calls that were sent may or may not have run; those in the queue have not, and still can.
    this.#calls.rejectAll(
      (id) => !this.#queue.has(id),
      (label) =>
        new KeystoneError("UNAVAILABLE", `${label}: the connection to ${this.#peer} was lost before the answer came`),
    );
  }

  #abandon(id: number): void {
    const queued = this.#queue.get(id);
    if (queued === undefined) return this.#trySend({ type: "cancel", id });
    this.#queue.delete(id);
    this.#queuedUnits -= queued.length;
  }

  #forgetQueue(): void {
    this.#queue.clear();
    this.#queuedUnits = 0;
  }

  #receive(message: BunToPage): void {
    switch (message.type) {
      case "push":
        return this.channels.deliver(message.channel, message.data, message.replay === true);
      case "result":
        this.#calls.resolve(message.id as number, message.result);
        return;
      case "error":
        if (message.id !== undefined) this.#calls.reject(message.id as number, fromWireError(message.error));
        else console.error(`[keystone] ${this.#peer} refused a message: ${fromWireError(message.error).message}`);
        return;
    }
  }

  #refusal(label: string): KeystoneError {
    return new KeystoneError("UNAVAILABLE", `${label}: ${this.#unavailable}`);
  }
}

function encode(message: PageToBun, kind: string, name: string): string {
  let text: string;
  try {
    text = JSON.stringify(message);
  } catch (error) {
    const label = callLabel(kind, name);
    throw new KeystoneError("BAD_REQUEST", `${label}: the arguments cannot be written as JSON`, { cause: error });
  }
  if (exceedsBytes(text, MAX_MESSAGE)) {
    throw new KeystoneError(
      "TOO_LARGE",
      `${callLabel(kind, name)}: the message is longer than ${MAX_MESSAGE >> 20} MiB`,
    );
  }
  return text;
}
