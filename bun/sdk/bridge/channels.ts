import { guarded } from "../../lib/index.ts";

/** How a subscription starts. */
export interface SubscribeOptions {
  /** `false`: hears only what is pushed from now on. By default the channel's last value comes first. */
  replay?: boolean;
}

interface Subscriber {
  callback: (data: unknown) => void;
  replay: boolean;
  active: boolean;
}

interface Channel {
  subscribers: Set<Subscriber>;
  last: { value: unknown } | undefined;
}

/**
 * The channels that this page listens to. However many subscribers a channel has here, the server sees one; its last
 * value is kept for those that come later, and forgotten with the last subscriber, for it would go stale unheard.
 */
export class Channels {
  readonly #channels = new Map<string, Channel>();
  readonly #onFirst: (channel: string) => void;
  readonly #onLast: (channel: string) => void;

  /** `onFirst` and `onLast` are told when the page starts and stops listening to a channel. */
  constructor(onFirst: (channel: string) => void, onLast: (channel: string) => void) {
    this.#onFirst = onFirst;
    this.#onLast = onLast;
  }

  /** The names of all channels with a subscriber. */
  names(): IterableIterator<string> {
    return this.#channels.keys();
  }

  subscribe(name: string, callback: (data: unknown) => void, options: SubscribeOptions = {}): () => void {
    const subscriber: Subscriber = { callback, replay: options.replay !== false, active: true };
    const existing = this.#channels.get(name);
    if (existing) {
      existing.subscribers.add(subscriber);
      if (subscriber.replay && existing.last) this.#replay(existing.last, subscriber);
    } else {
      this.#channels.set(name, { subscribers: new Set([subscriber]), last: undefined });
      this.#onFirst(name);
    }
    return () => this.#unsubscribe(name, subscriber);
  }

  /** Hands a value to the subscribers. `replay`: it is the server's last value, not a new one. */
  deliver(name: string, value: unknown, replay = false): void {
    const channel = this.#channels.get(name);
    if (!channel) return;
    channel.last = { value };
    for (const subscriber of [...channel.subscribers]) {
      if (subscriber.active && (subscriber.replay || !replay)) guarded(subscriber.callback, value);
    }
  }

  #replay(last: { value: unknown }, subscriber: Subscriber): void {
    // Later, as the server's replay would be: `subscribe` has returned by then.
    queueMicrotask(() => {
      if (subscriber.active) guarded(subscriber.callback, last.value);
    });
  }

  #unsubscribe(name: string, subscriber: Subscriber): void {
    if (!subscriber.active) return;
    subscriber.active = false;
    const channel = this.#channels.get(name);
    channel?.subscribers.delete(subscriber);
    if (channel?.subscribers.size === 0) {
      this.#channels.delete(name);
      this.#onLast(name);
    }
  }
}
