/** Which services are waiting for an answer of which, so that none waits for itself by way of others. */

export class PendingCalls {
  /** How many calls from one service to another are open. */
  readonly #open = new Map<string, Map<string, number>>();

  /** @returns the function that ends the call. */
  begin(from: string, to: string): () => void {
    const targets = this.#open.get(from) ?? new Map<string, number>();
    this.#open.set(from, targets);
    targets.set(to, (targets.get(to) ?? 0) + 1);
    return () => {
      const rest = (targets.get(to) ?? 0) - 1;
      if (rest > 0) targets.set(to, rest);
      else targets.delete(to);
      if (targets.size === 0 && this.#open.get(from) === targets) this.#open.delete(from);
    };
  }

  /** Whether `from` waits for `to`, directly or by way of others. A service always waits for itself. */
  lead(from: string, to: string): boolean {
    const reached = new Set([from]);
    // A set may grow while it is walked; the new members are visited too.
    for (const name of reached) for (const target of this.#open.get(name)?.keys() ?? []) reached.add(target);
    return reached.has(to);
  }
}
