import { KeystoneError } from "./errors.ts";

/** How long a call may take, and how its caller gives up on it. */
export interface CallOptions {
  /** Gives up when the signal fires: the call rejects with `ABORTED` and the other side is told. */
  signal?: AbortSignal;
  /** Milliseconds until the call rejects with `TIMEOUT`; 0 waits for ever. */
  timeout?: number;
}

interface Call {
  resolve: (value: unknown) => void;
  reject: (error: KeystoneError) => void;
  kind: string;
  name: string;
  timeout: number;
  deadline: number;
  signal: AbortSignal | undefined;
  onAbort: (() => void) | undefined;
}

/**
 * The calls that are waiting for an answer, with their deadlines.
 *
 * All deadlines share one timer: it stands at the earliest, and because most calls of a table have the same limit, a new
 * call hardly ever has to move it. A call therefore costs a map entry and no timer of its own.
 */
export class CallTable {
  readonly #calls = new Map<number, Call>();
  readonly #onAbandoned: (id: number) => void;
  #lastId = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerAt = Infinity;

  /** `onAbandoned` is told of calls that were aborted or ran out of time, so that the other side can stop working. */
  constructor(onAbandoned: (id: number) => void) {
    this.#onAbandoned = onAbandoned;
  }

  get size(): number {
    return this.#calls.size;
  }

  /**
   * Opens a call and hands its id to `start`. What `start` throws rejects the call. `kind` and `name` are what errors
   * call it; the text is only put together for an error.
   */
  open<T>(
    kind: string,
    name: string,
    timeout: number,
    signal: AbortSignal | undefined,
    start: (id: number) => void,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (signal?.aborted) return reject(aborted(callLabel(kind, name), signal));
      const id = ++this.#lastId;
      const deadline = timeout > 0 ? performance.now() + timeout : Infinity;
      const call: Call = {
        resolve: resolve as (value: unknown) => void,
        reject,
        kind,
        name,
        timeout,
        deadline,
        signal,
        onAbort: undefined,
      };
      this.#calls.set(id, call);
      if (signal) {
        call.onAbort = () => this.#abandon(id, aborted(callLabel(kind, name), signal));
        signal.addEventListener("abort", call.onAbort, { once: true });
      }
      if (deadline < this.#timerAt) this.#arm(deadline);
      try {
        start(id);
      } catch (error) {
        this.reject(id, error instanceof KeystoneError ? error : new KeystoneError("BAD_REQUEST", String(error)));
      }
    });
  }

  has(id: number): boolean {
    return this.#calls.has(id);
  }

  /** What an open call is for: a channel or a service. */
  nameOf(id: number): string | undefined {
    return this.#calls.get(id)?.name;
  }

  /** Answers a call; `false` when nobody waits for it any more. */
  resolve(id: number, value: unknown): boolean {
    const call = this.#take(id);
    call?.resolve(value);
    return call !== undefined;
  }

  reject(id: number, error: KeystoneError): boolean {
    const call = this.#take(id);
    call?.reject(error);
    return call !== undefined;
  }

  /** Rejects every open call for which `which` holds, without telling the other side. */
  rejectAll(which: (id: number) => boolean, error: (label: string) => KeystoneError): void {
    for (const [id, call] of [...this.#calls]) {
      if (which(id)) this.reject(id, error(callLabel(call.kind, call.name)));
    }
  }

  #take(id: number): Call | undefined {
    const call = this.#calls.get(id);
    if (call === undefined) return undefined;
    this.#calls.delete(id);
    if (call.onAbort) call.signal?.removeEventListener("abort", call.onAbort);
    return call;
  }

  #abandon(id: number, error: KeystoneError): void {
    if (this.reject(id, error)) this.#onAbandoned(id);
  }

  #arm(deadline: number): void {
    clearTimeout(this.#timer);
    this.#timerAt = deadline;
    // A timer holds at most 2³¹−1 ms; a longer limit is looked at again then.
    const delay = Math.min(Math.max(0, deadline - performance.now()), 0x7fffffff);
    this.#timer = setTimeout(() => this.#sweep(), delay);
    // Bun and Node: an open call keeps a process alive by its socket, never by this timer.
    (this.#timer as { unref?: () => void }).unref?.();
  }

  #sweep(): void {
    this.#timer = undefined;
    this.#timerAt = Infinity;
    const now = performance.now();
    let next = Infinity;
    for (const [id, call] of [...this.#calls]) {
      if (call.deadline <= now) {
        this.#abandon(id, timedOut(call));
      } else if (call.deadline < next) {
        next = call.deadline;
      }
    }
    if (next < Infinity && next < this.#timerAt) this.#arm(next);
  }
}

/** How an error names a call: `query("notes")`. */
export function callLabel(kind: string, name: string): string {
  return `${kind}(${JSON.stringify(name)})`;
}

function timedOut(call: Call): KeystoneError {
  const label = callLabel(call.kind, call.name);
  return new KeystoneError("TIMEOUT", `${label} got no answer within ${call.timeout / 1000} s`);
}

function aborted(label: string, signal: AbortSignal): KeystoneError {
  return new KeystoneError("ABORTED", `${label} was aborted`, { cause: signal.reason });
}
