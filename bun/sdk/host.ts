/**
 * `bun/host.ts`: the app's hooks into the life of the Bun process. The file is optional; changing it needs a restart.
 *
 * @example
 * import { defineHost } from "@keystone/sdk/host";
 *
 * export default defineHost({
 *   onReady(ctx) {
 *     ctx.push("app:status", { ready: true });
 *   },
 * });
 *
 * @module
 */

// deno-lint-ignore-file no-explicit-any -- arguments and data are the app's own

import type { ResolvedConfig } from "./config.ts";
import type { ActionInfo, CallInfo, PushOptions, ServiceModule, WebSender } from "./service/types.ts";

export type { KeystoneRuntimeConfig, ResolvedConfig } from "./config.ts";
export type { ServiceModule } from "./service/types.ts";

/** What every hook gets. */
export interface HostContext {
  /** Adds a service that lies in no file, and starts it. Rejects when the name is taken, or with what `start` throws. */
  registerService(name: string, module: ServiceModule): Promise<void>;
  /** Answers `invokeBun(channel)`, apart from any service. */
  registerInvokeHandler(channel: string, handler: (args: any, info: CallInfo) => unknown): void;
  /** Receives what pages `send(type, data)`. */
  onWebMessage(type: string, handler: (data: any, sender: WebSender) => unknown): void;
  /** Sends `data` to every page that subscribed to `channel`, and to the host. */
  push(channel: string, data?: any, options?: PushOptions): void;
  /** The services that run now, by name. */
  readonly services: ReadonlyMap<string, ServiceModule>;
  readonly config: ResolvedConfig;
}

export interface HostHooks {
  /**
   * Before services are looked for. What it registers is there for all of them. Where it throws, or takes over 15 s, the
   * app's Bun process does not start, and its windows say why.
   */
  onBeforeStart?(ctx: HostContext): unknown;
  /** The services have started and the server answers. An error is logged. */
  onReady?(ctx: HostContext): unknown;
  /** Before the services stop: two seconds. An error is logged. Not called where `onBeforeStart` has not ended. */
  onShutdown?(ctx: HostContext): unknown;
  /** Every action of pages and the host, beside the services' own `onAction`. */
  onAction?(action: string, ctx: HostContext, info?: ActionInfo): unknown;
}

/** Gives an editor the types of the hooks; returns its argument. */
export function defineHost(hooks: HostHooks): HostHooks {
  return hooks;
}
