/**
 * `@keystone/sdk/bridge`: how a page talks to the native host, to Bun and to other windows.
 *
 * @example
 * ```ts
 * import { invoke, query, subscribe } from "@keystone/sdk/bridge";
 *
 * const path = await invoke<string>("app:getPath", { name: "documents" });
 * const notes = await query("notes");
 * const stop = subscribe("notes:updated", render);
 * ```
 *
 * @module
 */
import "./globals.ts";

export { type CallOptions, KeystoneError } from "../lib/index.ts";
export { app, type AppPathName } from "./bridge/app.ts";
export { darkMode, nativeTheme, theme } from "./bridge/appearance.ts";
export { action, invoke, invokeBun, publish, query, send, subscribe } from "./bridge/calls.ts";
export type { SubscribeOptions } from "./bridge/channels.ts";
export type { Invoke, InvokeArguments, InvokeChannel, InvokeResult } from "./bridge/invoke-types.ts";
export { connection } from "./bridge/connection-api.ts";
export {
  dialog,
  type DialogFilter,
  type MessageOptions,
  type OpenFileOptions,
  type SaveFileOptions,
} from "./bridge/dialog.ts";
export { ipc } from "./bridge/ipc.ts";
export { type Keystone, keystone } from "./bridge/keystone.ts";
export { nativeWindow, type OpenWindowOptions, type WindowBounds, type WindowState } from "./bridge/native-window.ts";
export {
  battery,
  clipboard,
  type DisplayInfo,
  external,
  globalShortcut,
  headless,
  hotkey,
  notification,
  power,
  powerMonitor,
  type PowerStatus,
  screen,
  shell,
} from "./bridge/system.ts";
export type { BrowserStream } from "./bridge/streams.ts";
export type { Theme } from "./bridge/theme-state.ts";
export type { BunStateEvent, ColorScheme, ErrorCode, Insets, SocketState, ThemeTokens } from "./protocol.ts";

/**
 * What the host's handlers take and answer, by channel: `{ args, result }`. Empty here; the file that `keystone types`
 * writes adds the app's own.
 */
// deno-lint-ignore no-empty-interface
export interface InvokeHandlers {}
