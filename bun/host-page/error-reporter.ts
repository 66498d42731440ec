import { toWireError } from "../lib/index.ts";
import type { PageSignal } from "../sdk/protocol.ts";

/** Reports in one window of time; an error in an animation loop would drown the log otherwise. */
const MAX_REPORTS = 20;
const WINDOW = 10_000;

/** Makes a stack readable; never rejects. */
type MapStack = (stack: string) => Promise<string>;

/** Sends uncaught errors to the host's log: bounded, and no more than the log can bear. */
export class ErrorReporter {
  readonly #signal: (signal: PageSignal) => void;
  readonly #mapStack: MapStack | undefined;
  readonly #now: () => number;
  #windowStart = -Infinity;
  #count = 0;
  #suppressed = 0;

  constructor(
    signal: (signal: PageSignal) => void,
    mapStack?: MapStack,
    now: () => number = () => performance.now(),
  ) {
    this.#signal = signal;
    this.#mapStack = mapStack;
    this.#now = now;
  }

  report(prefix: string, thrown: unknown): void {
    const now = this.#now();
    if (now - this.#windowStart >= WINDOW) this.#newWindow(now);
    if (++this.#count > MAX_REPORTS) {
      this.#suppressed++;
      return;
    }
    const { name, message, stack } = toWireError(thrown, { stack: true });
    const send = (stack?: string) =>
      this.#signal({ type: "log", level: "error", message: `${prefix}: ${name}: ${message}`, stack });
    if (stack && this.#mapStack) void this.#mapStack(stack).then(send);
    else send(stack);
  }

  #newWindow(now: number): void {
    if (this.#suppressed > 0) {
      const message = `${this.#suppressed} more uncaught errors were not reported`;
      this.#signal({ type: "log", level: "warning", message });
    }
    this.#windowStart = now;
    this.#count = this.#suppressed = 0;
  }
}

/** Listens to the page's global error events. */
export function installErrorReporter(signal: (signal: PageSignal) => void, mapStack?: MapStack): void {
  const reporter = new ErrorReporter(signal, mapStack);
  addEventListener("error", (event) => {
    // A resource that fails to load is an event of its element, not an error.
    if (event instanceof ErrorEvent) reporter.report("uncaught", event.error ?? event.message);
  });
  addEventListener("unhandledrejection", (event) => reporter.report("unhandled rejection", event.reason));
}
