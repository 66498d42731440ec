/** A set of listeners to one kind of event. One that throws is reported and does not keep the others from hearing it. */
export class Emitter<T> {
  readonly #listeners = new Set<{ call: (value: T) => void }>();

  /** Adds a listener; the returned function takes it away again. The same function may listen more than once. */
  on(listener: (value: T) => void): () => void {
    const entry = { call: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  emit(value: T): void {
    for (const listener of [...this.#listeners]) {
      if (this.#listeners.has(listener)) guarded(listener.call, value);
    }
  }
}

/** Calls an app's function; what it throws becomes an uncaught error of the page or process instead of ours. */
export function guarded<T>(listener: (value: T) => void, value: T): void {
  try {
    listener(value);
  } catch (error) {
    reportUncaught(error);
  }
}

/** Hands an error to the global error handlers, where the host page and the inspector see it with its stack. */
export function reportUncaught(error: unknown): void {
  const report = (globalThis as { reportError?: (error: unknown) => void; window?: unknown }).reportError;
  // Outside a page `reportError` would end the process.
  if (report && "document" in globalThis) report.call(globalThis, error);
  else console.error(error);
}
