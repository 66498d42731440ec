import { invoke } from "./calls.ts";
import { sharedCore } from "./core.ts";

const core = sharedCore();

/** A window's place on the screen, in points. */
export interface WindowBounds {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  maximized: boolean;
  minimized: boolean;
  fullscreen: boolean;
}

/** What `nativeWindow.open` may say about the new window; what is left out comes from the configuration. */
export interface OpenWindowOptions {
  title?: string;
  width?: number;
  height?: number;
  x?: number;
  y?: number;
  floating?: boolean;
  [option: string]: unknown;
}

/** The native window that this page is in, and the way to open others. */
export const nativeWindow = {
  /** This window's id; empty outside a Keystone window. */
  get id(): string {
    return core.info?.windowId ?? "";
  },
  getId: (): Promise<string> => core.info ? Promise.resolve(core.info.windowId) : invoke("window:getId"),
  setTitle: (title: string): Promise<void> => invoke("window:setTitle", { title }),
  getTitle: (): Promise<string> => invoke("window:getTitle"),
  /** Opens a window that shows `component`; gives its id. */
  open: (component: string, options?: OpenWindowOptions): Promise<string> =>
    invoke("window:open", { ...options, component }),
  close: (): Promise<void> => invoke("window:close"),
  minimize: (): Promise<void> => invoke("window:minimize"),
  /** Maximises the window, or restores it where it is maximised. */
  maximize: (): Promise<void> => invoke("window:maximize"),
  isMaximized: (): Promise<boolean> => nativeWindow.getState().then((state) => state.maximized),
  isMinimized: (): Promise<boolean> => nativeWindow.getState().then((state) => state.minimized),
  isFullscreen: (): Promise<boolean> => nativeWindow.getState().then((state) => state.fullscreen),
  getState: (): Promise<WindowState> => invoke("window:getState"),
  setFullscreen: (fullscreen: boolean): Promise<void> => invoke("window:setFullscreen", { fullscreen }),
  /** On Wayland `x` and `y` are 0: no program learns there where its windows are. */
  getBounds: (): Promise<WindowBounds> => invoke("window:getBounds"),
  /** What is left out stays as it is. */
  setBounds: (bounds: Partial<WindowBounds>): Promise<void> => invoke("window:setBounds", bounds),
  center: (): Promise<void> => invoke("window:center"),
  /** Keeps the window above others, or no longer. */
  setFloating: (floating: boolean): Promise<void> => invoke("window:setFloating", { floating }),
  isFloating: (): Promise<boolean> => invoke("window:isFloating"),
  focus: (): Promise<void> => invoke("window:focus"),
  /** Lets the pointer, whose button is down, drag the window. Call it from a `mousedown` handler. */
  startDrag: (): Promise<void> => invoke("window:startDrag"),
};
