/** What is replayed to those who subscribe later: the state that somebody keeps, and the last value of other channels. */

import { RuntimeError } from "../wire/runtime-error.ts";

/**
 * How a push is kept. `"value"`: it is the channel's state until the next one. `true`: it is remembered as the last value,
 * as long as there is room. `false`: it is an event.
 */
export type Retention = boolean | "value";

/** Of a push's `retain` option: left out, the last value is remembered; `true` makes it a state. */
export function retentionOf(retain: boolean | undefined): Retention {
  return retain === true ? "value" : retain !== false;
}

export interface RetentionLimits {
  readonly channels: number;
  /** UTF-16 units of JSON. */
  readonly length: number;
}

const LIMITS: RetentionLimits = { channels: 10_000, length: 64 * 1024 * 1024 };

export class RetainedValues {
  readonly #values: Table;
  readonly #last: Table;

  /** @param limits - for the states and for the last values, each. */
  constructor(limits = LIMITS) {
    this.#values = new Table(limits);
    this.#last = new Table(limits);
  }

  get(channel: string): string | undefined {
    return this.#values.get(channel) ?? this.#last.get(channel);
  }

  /**
   * @throws RuntimeError `TOO_LARGE` where there is no room for a state: it is not for the server to choose one to drop.
   */
  keep(channel: string, json: string, retention: Retention): void {
    if (retention === false) return;
    if (retention === "value" || this.isValue(channel)) this.#keepValue(channel, json);
    else this.#keepLast(channel, json);
  }

  forget(channel: string): void {
    this.#values.delete(channel);
    this.#last.delete(channel);
  }

  isValue(channel: string): boolean {
    return this.#values.get(channel) !== undefined;
  }

  #keepValue(channel: string, json: string): void {
    if (!this.#values.hasRoomFor(channel, json)) {
      const { channels, length } = this.#values.limits;
      throw new RuntimeError(
        "TOO_LARGE",
        `pushValue("${channel}"): at most ${channels} channels with ${length} characters in all are kept; ` +
          "end some with pushValue(channel, undefined)",
      );
    }
    this.#values.set(channel, json);
    this.#last.delete(channel);
  }

  /** The values that were pushed longest ago go first. */
  #keepLast(channel: string, json: string): void {
    const last = this.#last;
    last.delete(channel);
    for (const oldest of last.channels()) {
      if (last.hasRoomFor(channel, json)) break;
      last.delete(oldest);
    }
    if (last.hasRoomFor(channel, json)) last.set(channel, json);
  }
}

/** Texts by channel in the order of their coming, with the sum of their lengths. */
class Table {
  readonly #texts = new Map<string, string>();
  #length = 0;

  constructor(readonly limits: RetentionLimits) {}

  get(channel: string): string | undefined {
    return this.#texts.get(channel);
  }

  channels(): Iterable<string> {
    return this.#texts.keys();
  }

  hasRoomFor(channel: string, text: string): boolean {
    const known = this.#texts.get(channel);
    const count = this.#texts.size + (known === undefined ? 1 : 0);
    return count <= this.limits.channels && this.#length - (known?.length ?? 0) + text.length <= this.limits.length;
  }

  set(channel: string, text: string): void {
    this.delete(channel);
    this.#texts.set(channel, text);
    this.#length += text.length;
  }

  delete(channel: string): void {
    this.#length -= this.#texts.get(channel)?.length ?? 0;
    this.#texts.delete(channel);
  }
}
