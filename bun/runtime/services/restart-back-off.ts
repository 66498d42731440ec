/** When a service that is not well may be restarted: at once the first time, then later and later. */

/** The wait grows to so many intervals at most: 32 minutes, where services are asked every 30 s. */
const MAX_INTERVALS = 64;

/** Pure: is told the time in milliseconds, and does nothing itself. */
export class RestartBackOff {
  #restarts = 0;
  #lastRestart = 0;
  #wellSince: number | undefined;

  /** @param intervalMs - the time between two checks. */
  constructor(private readonly intervalMs: number) {}

  /** How often it was restarted since it was last well for long enough. */
  get restarts(): number {
    return this.#restarts;
  }

  /** A check that went well. The restarts are forgotten when it has been so for as long as the wait would be. */
  well(now: number): void {
    this.#wellSince ??= now;
    if (now - this.#wellSince >= this.waitMs) this.#restarts = 0;
  }

  /** A check that went badly. @returns whether this is the time to restart; it is taken to happen then. */
  unwell(now: number): boolean {
    this.#wellSince = undefined;
    if (this.#restarts > 0 && now - this.#lastRestart < this.waitMs) return false;
    this.#restarts++;
    this.#lastRestart = now;
    return true;
  }

  /** How long after the last restart the next one may be: 1, 2, 4 … intervals. */
  get waitMs(): number {
    // A timer may be a little early, and then the check after next would be the first to count.
    return this.intervalMs * Math.min(2 ** Math.max(0, this.#restarts - 1), MAX_INTERVALS) - this.intervalMs / 2;
  }
}
