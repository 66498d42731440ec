/** Who answers a channel, and who listens to it. */

import { didYouMean } from "../nearest.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import { TakenError } from "./taken-error.ts";

export interface Registered<F> {
  readonly owner: string;
  readonly call: F;
}

/** One handler a channel. */
export class HandlerTable<F> {
  readonly #handlers = new Map<string, Registered<F>>();

  /** @returns the function that removes the handler. Throws when the channel has one. */
  add(channel: string, owner: string, call: F): () => void {
    requireName(channel, "a channel");
    requireFunction(call, channel);
    const taken = this.#handlers.get(channel);
    if (taken) {
      throw new TakenError(
        `"${channel}" is handled by ${taken.owner} already; ${owner} can't handle it too. Rename one.`,
      );
    }
    const registered = { owner, call };
    this.#handlers.set(channel, registered);
    return () => {
      if (this.#handlers.get(channel) === registered) this.#handlers.delete(channel);
    };
  }

  find(channel: string): Registered<F> | undefined {
    return this.#handlers.get(channel);
  }

  /** @throws RuntimeError `NO_HANDLER` that names the nearest channel. */
  require(channel: string): Registered<F> {
    const handler = this.#handlers.get(channel);
    if (handler) return handler;
    const hint = didYouMean(channel, this.#handlers.keys());
    throw new RuntimeError("NO_HANDLER", `no service handles "${channel}".${hint}`);
  }

  get size(): number {
    return this.#handlers.size;
  }
}

/** Any number of listeners a channel, called in the order in which they came. */
export class ListenerTable<F> {
  readonly #listeners = new Map<string, Set<Registered<F>>>();

  /** @returns the function that removes the listener. */
  add(channel: string, owner: string, call: F): () => void {
    requireName(channel, "a name");
    requireFunction(call, channel);
    const registered = { owner, call };
    const listeners = this.#listeners.get(channel) ?? new Set();
    listeners.add(registered);
    this.#listeners.set(channel, listeners);
    return () => {
      listeners.delete(registered);
      if (listeners.size === 0 && this.#listeners.get(channel) === listeners) this.#listeners.delete(channel);
    };
  }

  /** A copy: listeners may come and go while it is walked. */
  of(channel: string): Registered<F>[] {
    return [...this.#listeners.get(channel) ?? []];
  }

  names(): Iterable<string> {
    return this.#listeners.keys();
  }

  get size(): number {
    let size = 0;
    for (const listeners of this.#listeners.values()) size += listeners.size;
    return size;
  }
}

function requireName(name: unknown, what: string): void {
  if (typeof name !== "string" || name === "") throw new TypeError(`${what} must be a text that is not empty`);
}

function requireFunction(call: unknown, channel: string): void {
  if (typeof call !== "function") throw new TypeError(`the handler of "${channel}" must be a function`);
}
