// deno-lint-ignore-file no-explicit-any -- a call that names no type gives `any`: existing apps rely on it.
import type { CallOptions } from "../../lib/index.ts";
import type { InvokeHandlers } from "../bridge.ts";

/** The channels that `keystone types` has written down. */
export type InvokeChannel = keyof InvokeHandlers;

/** Only `any` takes both branches. */
type IsAny<Type> = boolean extends (Type extends never ? true : false) ? true : false;

type Member<Channel extends InvokeChannel, Name extends string> = IsAny<Channel> extends true ? any
  : InvokeHandlers[Channel] extends { [key in Name]: infer Type } ? Type
  : unknown;

/** What a channel's handler takes. */
export type InvokeArguments<Channel extends InvokeChannel> = Member<Channel, "args">;
/** What a channel's handler answers. */
export type InvokeResult<Channel extends InvokeChannel> = Member<Channel, "result">;

type Parameters<Args> = undefined extends Args ? [args?: Args, options?: CallOptions]
  : [args: Args, options?: CallOptions];

/** Stands in error messages. */
type Mistyped = "these arguments are not what the channel's Swift handler takes";

export interface Invoke {
  <Channel extends InvokeChannel>(
    channel: Channel,
    ...parameters: Parameters<InvokeArguments<Channel>>
  ): Promise<InvokeResult<Channel>>;
  <T = any, Channel extends string = string>(
    channel: Channel extends InvokeChannel ? Mistyped : Channel,
    args?: unknown,
    options?: CallOptions,
  ): Promise<T>;
}
