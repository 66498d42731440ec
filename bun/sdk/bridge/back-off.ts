/** The waiting times between attempts to reconnect: 100 ms, doubled each time up to 5 s, each off by up to a quarter. */
export class BackOff {
  #attempts = 0;
  readonly #random: () => number;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next attempt. */
  next(): number {
    const delay = Math.min(5000, 100 * 2 ** Math.min(this.#attempts, 16));
    this.#attempts++;
    // Jitter keeps the pages of an app from knocking all at once when Bun comes back.
    return delay * (0.75 + this.#random() * 0.5);
  }

  reset(): void {
    this.#attempts = 0;
  }
}
