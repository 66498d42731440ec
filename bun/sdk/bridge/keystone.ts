import { app } from "./app.ts";
import { darkMode, nativeTheme, theme } from "./appearance.ts";
import { action, invoke, invokeBun, publish, query, send, subscribe } from "./calls.ts";
import { connection } from "./connection-api.ts";
import { sharedCore } from "./core.ts";
import { dialog } from "./dialog.ts";
import { patchFetch } from "./fetch.ts";
import { ipc } from "./ipc.ts";
import { nativeWindow } from "./native-window.ts";
import {
  battery,
  clipboard,
  external,
  globalShortcut,
  headless,
  hotkey,
  notification,
  power,
  powerMonitor,
  screen,
  shell,
} from "./system.ts";

const core = sharedCore();

const client = {
  invoke,
  invokeBun,
  query,
  subscribe,
  publish,
  action,
  send,
  ipc,
  theme,
  connection,
  app,
  nativeWindow,
  dialog,
  clipboard,
  screen,
  notification,
  external,
  shell,
  darkMode,
  nativeTheme,
  battery,
  powerMonitor,
  power,
  hotkey,
  globalShortcut,
  headless,
  /** The native window's id; empty outside a Keystone window. */
  get windowId(): string {
    return core.info?.windowId ?? "";
  },
  /** The component that the window was opened for. */
  get component(): string {
    return core.info?.component ?? "";
  },
  get platform(): string {
    return core.info?.platform ?? "";
  },
};

/** Everything that the bridge offers, in one object. */
export type Keystone = typeof client;

/** The bridge. The first call makes sure that the socket opens and that `fetch("/api/…")` reaches the host. */
export function keystone(): Keystone {
  patchFetch(core);
  core.connection.start();
  return client;
}
