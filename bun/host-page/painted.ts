import type { PageSignal } from "../sdk/protocol.ts";

/** Milliseconds after which a page that nobody sees counts as painted: it gets no animation frames. */
const HIDDEN_LIMIT = 250;

/**
 * Signals `painted` after two animation frames: the first has been drawn when the second begins. A visible page without
 * frames stays silent, for that is what the host's watchdog looks for.
 */
export function signalPainted(signal: (signal: PageSignal) => void): void {
  let done = false;
  const finish = () => {
    if (done) return;
    done = true;
    clearInterval(timer);
    signal({ type: "painted" });
  };
  const timer = setInterval(() => {
    if (document.visibilityState === "hidden") finish();
  }, HIDDEN_LIMIT);
  requestAnimationFrame(() => requestAnimationFrame(finish));
}
