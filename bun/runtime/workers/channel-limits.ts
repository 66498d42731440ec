/** What the services of this process may say to the outside: in an extension host, only on channels that it was given. */

import type { Log } from "../wire/log.ts";

/** Refusals are told once a channel, and of so many channels. */
const MAX_TOLD = 1000;

export type Outgoing = "push" | "relay" | "action" | "openStream";

export class ChannelLimits {
  readonly #told = new Set<string>();

  /** @param prefixes - of the channels and actions that pass; `undefined` where all do, as in all but extension hosts. */
  constructor(private readonly prefixes: readonly string[] | undefined, private readonly log: Log) {}

  /** Whether this is an extension host, which neither asks nor connects to other processes. */
  get isExtensionHost(): boolean {
    return this.prefixes !== undefined;
  }

  /** Whether `channel` passes. One that doesn't is told once in the log. */
  admits(kind: Outgoing, channel: string): boolean {
    if (this.prefixes === undefined || this.prefixes.some((prefix) => channel.startsWith(prefix))) return true;
    this.#tell(kind, channel, this.prefixes);
    return false;
  }

  #tell(kind: Outgoing, channel: string, prefixes: readonly string[]): void {
    const key = `${kind}\n${channel}`;
    if (this.#told.has(key) || this.#told.size > MAX_TOLD) return;
    this.#told.add(key);
    if (this.#told.size > MAX_TOLD) {
      return this.log.warning(`${MAX_TOLD} channels were refused; further ones are dropped without a word`);
    }
    const allowed = prefixes.length === 0 ? "none" : prefixes.map((prefix) => `"${prefix}"`).join(", ");
    this.log.warning(
      `${kind} "${channel.slice(0, 200)}" was dropped: this extension host may use channels that start with ${allowed}`,
    );
  }
}
