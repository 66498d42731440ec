/**
 * The wire, version 1, as `Protocol/README.md` writes it down. Types only, and the two constants that both ends compare.
 * The Swift half is `Sources/KeystoneProtocol`; the golden messages in `Protocol/golden` are decoded by the tests of both.
 */

/** The version that `hello` and `ready` carry. */
export const PROTOCOL_VERSION = 1;

/** The cookie that carries the session's token. */
export const SESSION_COOKIE = "keystone_session";

/** A value that survives JSON; `undefined` members are left out on the wire. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** An id that the asker chose; unique while its question is open. */
export type MessageId = string | number;

// -- Errors ---------------------------------------------------------------------------------------------------------

/** The codes that the framework itself uses. A handler may use its own. */
export const ERROR_CODES = [
  "NO_HANDLER",
  "HANDLER_FAILED",
  "BAD_REQUEST",
  "TOO_LARGE",
  "TIMEOUT",
  "ABORTED",
  "UNAVAILABLE",
  "NOT_SUPPORTED",
  "FORBIDDEN",
] as const;

/** A code of the framework, or a handler's own. */
export type ErrorCode = (typeof ERROR_CODES)[number] | (string & Record<never, never>);

/** An error on the wire. `stack` is only there in development. */
export interface WireError {
  name: string;
  message: string;
  code: ErrorCode;
  stack?: string;
}

/** One complaint of the bundler. Lines and columns count from 1; 0 or absent when unknown. */
export interface BuildError {
  message: string;
  file?: string;
  line?: number;
  column?: number;
  lineText?: string;
  /** Where in `lineText` the problem is, from 0, where that is not `column - 1`. */
  mark?: number;
}

// -- host → Bun (standard input) --------------------------------------------------------------------------------------

export type HostToBun =
  | { type: "query"; id: MessageId; service: string; args?: unknown }
  | { type: "invoke"; id: MessageId; channel: string; args?: unknown }
  | { type: "action"; action: string; source: string }
  | { type: "push"; channel: string; data: unknown; retain?: boolean }
  | { type: "eval"; id: MessageId; code: string }
  | { type: "health"; id: MessageId }
  | { type: "shutdown" }
  | { type: "relay_in"; channel: string; data: unknown; from: string }
  | { type: "relay_query"; id: MessageId; service: string; args?: unknown; from: string }
  | { type: "relay_cancel"; id: MessageId }
  | { type: "relay_result"; id: MessageId; result?: unknown }
  | { type: "relay_error"; id: MessageId; error: WireError }
  | {
    type: "worker_ports";
    data: Record<string, number>;
    tokens?: Record<string, string>;
    /** Workers with a WebSocket that the app's configuration names, whether they run or not. */
    declared?: string[];
  };

/** The result of a `health` question. */
export interface HealthReport {
  ok: boolean;
  services: Record<string, { ok: boolean; [detail: string]: unknown }>;
}

// -- Bun → host (standard output) -------------------------------------------------------------------------------------

/** A web component that the runtime serves. `url` and `css` are paths of the runtime's server. */
export interface ComponentInfo {
  name: string;
  url: string;
  css?: string;
}

export type LogLevel = "debug" | "info" | "warning" | "error";

/** What an HMR message swaps: the whole component, or its stylesheet alone. */
export type HmrKind = "js" | "css";

export type BunToHost =
  | {
    type: "ready";
    protocol: number;
    port: number;
    services: string[];
    components: ComponentInfo[];
    pid: number;
    version: string;
    /** The worker's name; not there in main Bun. */
    worker?: string;
  }
  | { type: "result"; id: MessageId; result?: unknown }
  | { type: "error"; id: MessageId; error: WireError }
  | { type: "service_push"; channel: string; data: unknown; retain?: boolean }
  | { type: "action_from_web"; action: string; windowId?: string }
  | { type: "action_from_service"; action: string; service: string }
  | { type: "hmr"; component: string; kind: HmrKind }
  | { type: "components"; components: ComponentInfo[] }
  | { type: "log"; level: LogLevel; message: string; source: string }
  | { type: "relay"; target: string; channel: string; data: unknown }
  | { type: "relay_query"; id: MessageId; target: string; service: string; args?: unknown; timeoutMs?: number }
  | { type: "relay_cancel"; id: MessageId }
  | { type: "network"; endpoints: string[] }
  | { type: "fatal"; message: string };

// -- page ⇄ Bun (WebSocket) -------------------------------------------------------------------------------------------

export type PageToBun =
  | { type: "subscribe"; channel: string }
  | { type: "unsubscribe"; channel: string }
  | { type: "publish"; channel: string; data: unknown }
  | { type: "query"; id: MessageId; service: string; args?: unknown }
  | { type: "invoke"; id: MessageId; channel: string; args?: unknown }
  | { type: "cancel"; id: MessageId }
  | { type: "builds"; components: Record<string, string> }
  | { type: "action"; action: string }
  | { type: "send"; name: string; data?: unknown };

/** The first message on a socket. A `session` other than the last one means that Bun was started anew. */
export interface HelloMessage {
  type: "hello";
  protocol: number;
  session: string;
  development: boolean;
}

/** `url` and `css` carry `?t=HASH`; `build` names script and stylesheet together, for `builds`. */
export interface HmrMessage {
  type: "__hmr__";
  component: string;
  kind: HmrKind;
  url: string;
  css?: string;
  hash: string;
  build: string;
}

/** A build failed. The overlay shows `errors` until the component's next `__hmr__`. */
export interface HmrErrorMessage {
  type: "__hmr_error__";
  component: string;
  errors: BuildError[];
}

export type BunToPage =
  | HelloMessage
  | { type: "push"; channel: string; data: unknown; replay?: boolean }
  | { type: "result"; id: MessageId; result?: unknown }
  | { type: "error"; id?: MessageId; error: WireError }
  | HmrMessage
  | HmrErrorMessage;

// -- page → host (`keystoneHost`, no reply) ---------------------------------------------------------------------------

export type SocketState = "connecting" | "open" | "closed";

export type PageSignal =
  | { type: "ready" }
  | { type: "painted" }
  | { type: "mounted"; slot: string; component: string }
  | { type: "mountFailed"; slot: string; component: string; error: WireError }
  | { type: "unmounted"; slot: string }
  | { type: "swapped"; slot: string; component: string; kind: HmrKind; ms: number }
  | { type: "startDrag" }
  | { type: "titlebarDoubleClick" }
  | { type: "restart" }
  | { type: "retryPlugin"; name: string }
  | { type: "log"; level: LogLevel; message: string; stack?: string }
  | { type: "connection"; state: SocketState };

// -- host → page --------------------------------------------------------------------------------------------------------

export type ColorScheme = "light" | "dark";

/** Values by name, for example `bg-base`; the page has them as custom properties of `:root`, `--ks-bg-base`. */
export type ThemeTokens = Record<string, string>;

/** Pixels of the page that the host's own window buttons cover. */
export interface Insets {
  top: number;
  left: number;
  right: number;
}

/** What the host puts into the page before any of its scripts. */
export interface KeystonePageInfo {
  windowId: string;
  component: string;
  platform: "linux" | "macos" | "windows";
  version: string;
  theme: ThemeTokens;
  colorScheme: ColorScheme;
  insets: Insets;
  development: boolean;
  /** `false`: the app runs without Bun, so there is no socket. */
  bun: boolean;
  /** What the page's sockets show to count as this window's. */
  ticket?: string;
}

/** The data of the host event `bun`. */
export interface BunStateEvent {
  state: "ready" | "restarting" | "failed";
  attempt?: number;
  delayMs?: number;
  message?: string;
  port?: number;
}

/** The data of the host event `__problems__`, in development: all that is wrong with the app's Swift now. */
export interface ProblemsEvent {
  builds: SourceBuild[];
  plugins: PluginProblem[];
  /** What is said of calls of plugins that hang. */
  hanging: string[];
  /** Why the app has to be started again, where it has. */
  restart?: string;
}

/** A Swift module that could not be compiled. */
export interface SourceBuild {
  module: string;
  errors: BuildError[];
}

/** A plugin whose library is not in service as it lies there. */
export interface PluginProblem {
  name: string;
  /** The library, relative to the app where it lies in it. */
  file: string;
  message: string;
  olderInService: boolean;
  /** It ended the app, and `retryPlugin` tries it again. */
  canRetry: boolean;
}

/** The last argument of `__addSlot`. */
export interface SlotOptions {
  /** The component's name where it differs from the slot's key. */
  component?: string;
  /** The address of the component's stylesheet. */
  css?: string;
}
