/** What WebKit's web process puts into the top frame of a page: the document's own connection to the host. */
export interface PageLinkFunctions {
  /** Asks for the connection. Told `true` or `false` when it is decided, and `false` when it is lost. */
  open(receive: Receive): boolean;
  /** One call, `ID LF CHANNEL LF ARGS`, or `ID LF LF` to cancel. `false` where it can't be sent; so the next two. */
  send(text: string): boolean;
  /** Several of them, with a NUL between. */
  sendAll(text: string): boolean;
  /** `ID LF CHANNEL LF` and the arguments. The array is given away. */
  sendBytes(bytes: Uint8Array<ArrayBuffer>): boolean;
}

/** A state; or `[id, kind, value, id, kind, value, …]`; or one answer, without a value where that is not JSON. */
type Receive = (first: boolean | unknown[] | number, kind?: number, ...value: unknown[]) => void;

/** How an answer begins. */
export const ANSWER = { nothing: 1, json: 2, bytes: 3, error: 4 } as const;

export interface PageLinkEvents {
  /** Once, and then again with `false` when an open connection is lost. */
  state(open: boolean): void;
  answer(id: number, kind: number, value: unknown): void;
  /** The host's answer is not JSON. */
  garbled(id: number): void;
  /** The host does not keep up with this page's calls, or the connection is over. */
  unsent(id: number): void;
}

/** Characters of calls that wait for the end of a turn, beyond which they don't. */
const FULL = 64 * 1024;
const ENCODER = new TextEncoder();

/**
 * The page's connection to the host.
 *
 * The first call of a turn goes at once. What follows in the same turn is collected and goes together at its end: a burst
 * of calls costs one entry into the engine and one system call, not one each.
 */
export class PageLink {
  readonly #functions: PageLinkFunctions;
  readonly #events: PageLinkEvents;
  /** Kept: the other side holds it weakly. */
  readonly #receive: Receive;
  #texts: string[] = [];
  #ids: number[] = [];
  #size = 0;
  #inTurn = false;

  constructor(functions: PageLinkFunctions, events: PageLinkEvents) {
    this.#functions = functions;
    this.#events = events;
    this.#receive = (first, kind, ...value) => {
      if (typeof first === "boolean") events.state(first);
      else if (typeof first === "object") this.#answers(first);
      else if (value.length > 0) events.answer(first, kind as number, value[0]);
      else events.garbled(first);
    };
  }

  /** Whether the host was asked; the outcome comes as an event. */
  open(): boolean {
    return this.#functions.open(this.#receive);
  }

  send(id: number, text: string): void {
    if (!this.#inTurn) {
      this.#inTurn = true;
      queueMicrotask(() => this.#endTurn());
      if (!this.#functions.send(text)) this.#events.unsent(id);
      return;
    }
    this.#texts.push(text);
    this.#ids.push(id);
    this.#size += text.length;
    if (this.#size >= FULL) this.#flush();
  }

  sendBytes(id: number, head: string, bytes: Uint8Array<ArrayBuffer>): void {
    // What was called before goes before.
    this.#flush();
    const start = ENCODER.encode(head);
    const whole = new Uint8Array(start.length + bytes.length);
    whole.set(start);
    whole.set(bytes, start.length);
    if (!this.#functions.sendBytes(whole)) this.#events.unsent(id);
  }

  #answers(list: unknown[]): void {
    for (let i = 0; i + 2 < list.length; i += 3) {
      this.#events.answer(list[i] as number, list[i + 1] as number, list[i + 2]);
    }
  }

  #endTurn(): void {
    this.#inTurn = false;
    this.#flush();
  }

  #flush(): void {
    if (this.#texts.length === 0) return;
    const [texts, ids] = [this.#texts, this.#ids];
    [this.#texts, this.#ids, this.#size] = [[], [], 0];
    const sent = texts.length === 1 ? this.#functions.send(texts[0]) : this.#functions.sendAll(texts.join("\0"));
    if (!sent) for (const id of ids) this.#events.unsent(id);
  }
}
