import { toWireError } from "../lib/index.ts";
import type { PageSignal, WireError } from "../sdk/protocol.ts";

/** Reports in one window of time; an error in an animation loop would drown the log otherwise. */
const MAX_REPORTS = 20;
const WINDOW = 10_000;

export interface ErrorReceivers {
  signal(signal: PageSignal): void;
  /** Makes a stack readable; never rejects. */
  mapStack?(stack: string): Promise<string>;
  /** The error was reported, with this stack. */
  shown?(error: WireError): void;
}

/** Sends uncaught errors to the host's log: bounded, and no more than the log can bear. */
export class ErrorReporter {
  readonly #receivers: ErrorReceivers;
  readonly #now: () => number;
  #windowStart = -Infinity;
  #count = 0;
  #suppressed = 0;

  constructor(receivers: ErrorReceivers, now: () => number = () => performance.now()) {
    this.#receivers = receivers;
    this.#now = now;
  }

  report(prefix: string, thrown: unknown): void {
    const now = this.#now();
    if (now - this.#windowStart >= WINDOW) this.#newWindow(now);
    if (++this.#count > MAX_REPORTS) {
      this.#suppressed++;
      return;
    }
    const error = toWireError(thrown, { stack: true });
    const mapped = error.stack ? this.#receivers.mapStack?.(error.stack) : undefined;
    if (mapped) void mapped.then((stack) => this.#send(prefix, { ...error, stack }));
    else this.#send(prefix, error);
  }

  #send(prefix: string, error: WireError): void {
    const { name, message, stack } = error;
    this.#receivers.signal({ type: "log", level: "error", message: `${prefix}: ${name}: ${message}`, stack });
    this.#receivers.shown?.(error);
  }

  #newWindow(now: number): void {
    if (this.#suppressed > 0) {
      const message = `${this.#suppressed} more uncaught errors were not reported`;
      this.#receivers.signal({ type: "log", level: "warning", message });
    }
    this.#windowStart = now;
    this.#count = this.#suppressed = 0;
  }
}

/** Listens to the page's global error events. */
export function installErrorReporter(receivers: ErrorReceivers): void {
  const reporter = new ErrorReporter(receivers);
  addEventListener("error", (event) => {
    // A resource that fails to load is an event of its element, not an error.
    if (event instanceof ErrorEvent && !isHarmless(event)) reporter.report("uncaught", event.error ?? event.message);
  });
  addEventListener("unhandledrejection", (event) => reporter.report("unhandled rejection", event.reason));
}

/** What browsers say when an observer of sizes changes a size: it is done in the next frame. */
function isHarmless({ error, message }: ErrorEvent): boolean {
  return !error && message.startsWith("ResizeObserver loop");
}
