import type { PageLinkFunctions } from "./bridge/page-link.ts";
import type { BunStateEvent, ColorScheme, Insets, KeystonePageInfo, SlotOptions, ThemeTokens } from "./protocol.ts";

/** A script-message handler of WebKit; with a reply where the host gives one. */
interface MessageHandler {
  postMessage(body: string): Promise<string | null | undefined>;
}

declare global {
  /** What `mount` is told about the slot that it fills. Also exported by `@keystone/sdk/component`. */
  interface SlotContext {
    /** The slot's name: the component's name, unless the host placed it under another one. */
    slotKey: string;
    /** The native window's id; scopes channels such as `window:${windowId}:refresh`. */
    windowId: string;
  }

  // The host calls these; apps never do. `var` is what puts a name on `globalThis`.
  var __keystone: KeystonePageInfo | undefined;
  var __ready: boolean | undefined;
  var __addSlot: (
    key: string,
    url: string,
    x: number | null,
    y: number | null,
    w: number | null,
    h: number | null,
    windowId: string,
    options?: SlotOptions,
  ) => void;
  var __moveSlot: (
    key: string,
    x: number | null,
    y: number | null,
    w: number | null,
    h: number | null,
  ) => void;
  var __removeSlot: (key: string) => void;
  var __hotSwapSlot: (key: string, url: string) => void;
  var __setTheme: (tokens: ThemeTokens, colorScheme: ColorScheme) => void;
  var __setInsets: (insets: Insets) => void;
  var __hostEvent: (name: string, data?: BunStateEvent | unknown) => void;
  /** The page's own connection to the host, where there is one. */
  var __keystoneLink: PageLinkFunctions | undefined;
  var webkit: { messageHandlers?: { keystone?: MessageHandler; keystoneHost?: MessageHandler } } | undefined;
}

export type { MessageHandler };
