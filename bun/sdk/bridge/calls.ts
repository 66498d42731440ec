// deno-lint-ignore-file no-explicit-any -- a call that names no type gives `any`: existing apps rely on it.
import { type CallOptions, KeystoneError } from "../../lib/index.ts";
import type { PageToBun } from "../protocol.ts";
import type { SubscribeOptions } from "./channels.ts";
import { sharedCore } from "./core.ts";
import { INVOKE_TIMEOUT } from "./host-link.ts";
import type { Invoke } from "./invoke-types.ts";

const core = sharedCore();

/** Milliseconds that a `query` may take where it names no other limit. */
const QUERY_TIMEOUT = 10_000;

/**
 * Calls a handler of the native host, without a hop through Bun.
 *
 * An `ArrayBuffer` or a view of one travels as bytes; so does a handler's binary answer, which comes as an `ArrayBuffer`.
 * Rejects with a `KeystoneError`: `NO_HANDLER`, `FORBIDDEN`, `TIMEOUT` (15 s unless `timeout` says otherwise), `ABORTED`,
 * `UNAVAILABLE` outside a Keystone window, or what the handler threw.
 *
 * Where `keystone types` has written down the app's handlers, their arguments and results are checked. A type argument,
 * `invoke<T>(…)`, names the result oneself and checks nothing.
 */
export const invoke: Invoke = (channel: string, args?: unknown, options?: CallOptions): Promise<any> =>
  core.host.invoke(channel, args, options);

/** Calls a handler of Bun: a service's `.handle(channel, …)` or the host file's `registerInvokeHandler`. 15 s limit. */
export function invokeBun<T = any>(channel: string, args?: unknown, options?: CallOptions): Promise<T> {
  return core.bun.call<T>(
    "invokeBun",
    channel,
    INVOKE_TIMEOUT,
    options,
    (id) => ({ type: "invoke", id, channel, args }),
  );
}

/** Asks a service's `.query()` handler. 10 s limit. */
export function query<T = any>(service: string, args?: unknown, options?: CallOptions): Promise<T> {
  return core.bun.call<T>("query", service, QUERY_TIMEOUT, options, (id) => ({ type: "query", id, service, args }));
}

/**
 * Listens to a channel, at first to its last value, where there is one, unless `replay` is `false`.
 * Survives lost connections. Returns the function that ends the subscription.
 */
export function subscribe<T = any>(
  channel: string,
  callback: (data: T) => void,
  options?: SubscribeOptions,
): () => void {
  return core.bun.channels.subscribe(channel, callback as (data: unknown) => void, options);
}

/** Sends to everyone who listens to a channel, in every window, this page included. */
export function publish(channel: string, data?: unknown): void {
  tell("publish", channel, { type: "publish", channel, data: data ?? null });
}

/**
 * Dispatches an action to the host and to every service's `onAction`. There is no answer.
 *
 * It goes by way of Bun, which checks the app's allow-list; where the app has no Bun, straight to the host.
 */
export function action(name: string): void {
  if (core.info?.bun === false) {
    core.host.invoke("host:action", { action: name }).catch((error) =>
      console.warn(`[keystone] not sent: ${error.message}`)
    );
    return;
  }
  tell("action", name, { type: "action", action: name });
}

/** Sends a message to the services that registered `onWebMessage(name)`. There is no answer. */
export function send(name: string, data?: unknown): void {
  tell("send", name, { type: "send", name, data });
}

function tell(kind: string, name: string, message: PageToBun): void {
  try {
    core.bun.tell(kind, name, message);
  } catch (error) {
    // Nobody waits for an answer, so a Bun that is not there is worth a line; a message that can't be sent is a mistake.
    if (!(error instanceof KeystoneError) || error.code !== "UNAVAILABLE") throw error;
    console.warn(`[keystone] not sent: ${error.message}`);
  }
}
