import type { Program } from "../program.ts";

/** Longest time for an answer: the host's own limit for a query, and what a busy machine adds. */
const LIMIT_MS = 13_000;

/** Writes one number after the other through the host into the store, and remembers what was acknowledged. */
export class Journal {
  readonly acknowledged: number[] = [];
  readonly faults: string[] = [];
  failed = 0;
  #isOver = false;
  #writing: Promise<void> | undefined;

  constructor(private readonly host: Program) {}

  start(): void {
    this.#writing = this.#write();
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#writing;
  }

  /** @returns what was acknowledged and is not in the store. */
  async missing(): Promise<number[]> {
    const kept = new Set(await this.#ask<number[]>({}));
    return this.acknowledged.filter((n) => !kept.has(n));
  }

  #ask<T>(args: Record<string, unknown>): Promise<T> {
    return this.host.do<T>("query", { service: "journal", args });
  }

  async #write(): Promise<void> {
    for (let n = 1; !this.#isOver; n++) {
      const started = performance.now();
      try {
        await this.#ask({ write: n });
        this.acknowledged.push(n);
      } catch {
        // Nobody promised anything.
        this.failed++;
        await Bun.sleep(5);
      }
      const took = performance.now() - started;
      if (took > LIMIT_MS) this.faults.push(`write ${n} took ${Math.round(took)} ms`);
    }
  }
}
