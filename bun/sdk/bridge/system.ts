import { invoke, subscribe } from "./calls.ts";

/** The text on the clipboard. */
export const clipboard = {
  /** `null` where there is no text. */
  readText: (): Promise<string | null> => invoke("clipboard:readText"),
  writeText: (text: string): Promise<void> => invoke("clipboard:writeText", { text }),
  clear: (): Promise<void> => invoke("clipboard:clear"),
  hasText: (): Promise<boolean> => invoke("clipboard:hasText"),
};

/** A monitor, in points. */
export interface DisplayInfo {
  x: number;
  y: number;
  width: number;
  height: number;
  scaleFactor: number;
  primary: boolean;
}

export const screen = {
  getAllDisplays: (): Promise<DisplayInfo[]> => invoke("screen:getAllDisplays"),
  getPrimaryDisplay: (): Promise<DisplayInfo> => invoke("screen:getPrimaryDisplay"),
  getCursorScreenPoint: (): Promise<{ x: number; y: number }> => invoke("screen:getCursorScreenPoint"),
};

export const notification = {
  show: (title: string, body?: string): Promise<void> => invoke("notification:show", { title, body }),
};

/** Opens addresses and files with the person's own programs. */
export const external = {
  openUrl: (url: string): Promise<void> => invoke("external:openUrl", { url }),
  openPath: (path: string): Promise<void> => invoke("external:openPath", { path }),
};

/** The older name of `external`. */
export const shell = {
  ...external,
  openExternal: external.openUrl,
};

export interface PowerStatus {
  onBattery: boolean;
  /** 0…100, or -1 where nobody knows. */
  batteryPercent: number;
}

const onPowerChange = (callback: (status: PowerStatus) => void): () => void =>
  subscribe<PowerStatus>("__battery__", callback, { replay: false });

export const battery = {
  status: (): Promise<PowerStatus> => invoke("battery:status"),
  onChange: onPowerChange,
};

/** The older name of `battery`. */
export const powerMonitor = {
  getStatus: battery.status,
  onChange: onPowerChange,
};

/** The machine goes to sleep and wakes up. */
export const power = {
  onSuspend: (callback: () => void): () => void => subscribe("__suspend__", callback, { replay: false }),
  onResume: (callback: () => void): () => void => subscribe("__resume__", callback, { replay: false }),
};

/** Shortcuts that work while other applications have the focus. */
export const hotkey = {
  /** `false` where the shortcut is taken or the desktop has no such service. */
  register: (accelerator: string): Promise<boolean> => invoke("hotkey:register", { accelerator }),
  unregister: (accelerator: string): Promise<void> => invoke("hotkey:unregister", { accelerator }),
  isRegistered: (accelerator: string): Promise<boolean> => invoke("hotkey:isRegistered", { accelerator }),
  on: (accelerator: string, callback: () => void): () => void =>
    subscribe(`__hotkey__:${accelerator}`, callback, { replay: false }),
};

/** The older name of `hotkey`. */
export const globalShortcut = {
  register: hotkey.register,
  unregister: hotkey.unregister,
  isRegistered: hotkey.isRegistered,
  onFired: hotkey.on,
};

/** Windows that nobody sees: real pages for background work. */
export const headless = {
  /** Gives the new window's id. */
  open: (component: string, options?: Record<string, unknown>): Promise<string> =>
    invoke("headless:open", { ...options, component }),
  /** Runs JavaScript in the window and does not wait for a result; publish it to a channel instead. */
  evaluate: (windowId: string, code: string): Promise<void> => invoke("headless:evaluate", { windowId, code }),
  list: (): Promise<string[]> => invoke("headless:list"),
  close: (windowId: string): Promise<void> => invoke("headless:close", { windowId }),
};
