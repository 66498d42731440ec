/** Messages that arrive, and tests that wait for one of them. */

interface Waiter<T> {
  readonly accepts: (message: T) => boolean;
  readonly resolve: (message: T) => void;
  readonly reject: (error: Error) => void;
}

const LIMIT_MS = 8000;

export class Inbox<T> {
  readonly all: T[] = [];
  readonly #taken = new Set<T>();
  readonly #waiters = new Set<Waiter<T>>();
  #isClosed = false;

  constructor(private readonly what: string) {}

  add(message: T): void {
    this.all.push(message);
    for (const waiter of this.#waiters) {
      if (!waiter.accepts(message)) continue;
      this.#taken.add(message);
      this.#waiters.delete(waiter);
      return waiter.resolve(message);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const waiter of this.#waiters) waiter.reject(this.#ended());
    this.#waiters.clear();
  }

  /** The first message that fits and that no earlier call was given. */
  next<M extends T>(accepts: (message: T) => message is M): Promise<M>;
  next(accepts: (message: T) => boolean): Promise<T>;
  next(accepts: (message: T) => boolean): Promise<T> {
    const known = this.all.find((message) => !this.#taken.has(message) && accepts(message));
    if (known !== undefined) {
      this.#taken.add(known);
      return Promise.resolve(known);
    }
    if (this.#isClosed) return Promise.reject(this.#ended());
    return this.#wait(accepts);
  }

  #wait(accepts: (message: T) => boolean): Promise<T> {
    return new Promise((resolve, reject) => {
      const waiter = { accepts, resolve: settle(resolve), reject: settle(reject) };
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`no such message in ${LIMIT_MS} ms from ${this.what}; there were ${this.#told()}`));
      }, LIMIT_MS);
      function settle<V>(end: (value: V) => void): (value: V) => void {
        return (value) => {
          clearTimeout(timer);
          end(value);
        };
      }
      this.#waiters.add(waiter);
    });
  }

  #ended(): Error {
    return new Error(`${this.what} ended; there were ${this.#told()}`);
  }

  #told(): string {
    return JSON.stringify(this.all.slice(-20), null, 1);
  }
}
