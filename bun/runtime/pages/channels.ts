/** Channels: what is pushed to pages, and the last value of each for those that subscribe later. */

import { RuntimeError } from "../wire/runtime-error.ts";
import { RetainedValues, type Retention } from "./retained-values.ts";

export const MAX_CHANNEL_LENGTH = 1024;
/** The topic of Bun's own publish/subscribe that every page is subscribed to. */
export const EVERY_PAGE = "*";

export const topicOf = (channel: string): string => `c:${channel}`;

export class Channels {
  readonly #retained = new RetainedValues();
  #server: BunServer<unknown> | undefined;
  /** Called when a push could not leave at once for some page. */
  onPressure: () => void = () => {};

  /** @param keepsValues - whether anybody may subscribe later. */
  constructor(private readonly keepsValues = true) {}

  attach(server: BunServer<unknown>): void {
    this.#server = server;
  }

  /**
   * @param json - the data, serialised once for all receivers.
   * @throws RuntimeError `TOO_LARGE` where there is no room to keep a state.
   */
  push(channel: string, json: string, retention: Retention): void {
    if (this.keepsValues) this.#retained.keep(channel, json, retention);
    this.#send(channel, json);
  }

  /** A page's push. It doesn't replace a state that the app's own code keeps there. */
  publish(channel: string, json: string): void {
    this.push(channel, json, !this.#retained.isValue(channel));
  }

  /** Ends the state of `channel`: subscribers hear `null`, later ones nothing. */
  forget(channel: string): void {
    this.#retained.forget(channel);
    this.#send(channel, "null");
  }

  /** To every page, whatever it subscribed to. */
  broadcast(text: string): void {
    this.#server?.publish(EVERY_PAGE, text);
  }

  /** The message that replays the last value of `channel`. */
  replay(channel: string): string | undefined {
    const json = this.#retained.get(channel);
    return json === undefined ? undefined : pushText(channel, json, true);
  }

  #send(channel: string, json: string): void {
    const sent = this.#server?.publish(topicOf(channel), pushText(channel, json)) ?? 0;
    // Less than 0: some of it waits; 0: nobody subscribed, or somebody is cut off.
    if (sent <= 0) this.onPressure();
  }
}

/** The data of a push as JSON. @throws RuntimeError `BAD_REQUEST` for what is not JSON. */
export function pushJson(channel: string, data: unknown): string {
  checkChannel(channel);
  try {
    const json = JSON.stringify(data);
    // `undefined` becomes null: a push without data is a signal, and its listeners are called all the same.
    if (json !== undefined) return json;
    if (data === undefined) return "null";
    throw new TypeError(`a ${typeof data} is not a JSON value`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new RuntimeError("BAD_REQUEST", `push("${channel}"): the data is not JSON: ${reason}`, { cause: error });
  }
}

export function checkChannel(channel: unknown): asserts channel is string {
  if (typeof channel === "string" && channel !== "" && channel.length <= MAX_CHANNEL_LENGTH) return;
  throw new RuntimeError("BAD_REQUEST", `a channel must be a text of 1 to ${MAX_CHANNEL_LENGTH} characters`);
}

export function pushText(channel: string, json: string, isReplay = false): string {
  const replay = isReplay ? ',"replay":true' : "";
  return `{"type":"push","channel":${JSON.stringify(channel)},"data":${json}${replay}}`;
}
