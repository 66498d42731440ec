/** What a service is given, and what it may export. */

// deno-lint-ignore-file no-explicit-any -- arguments and values are the app's own; it says their types where it uses them

import type { CallOptions } from "../../lib/index.ts";
import type { ByteStream } from "../../lib/streams/index.ts";

export type { CallOptions } from "../../lib/index.ts";

/** A service's slice of the app's key-value database. It outlives reloads and restarts. */
export interface StoreHandle {
  /** The value, or `null` where there is none. */
  get<T = any>(key: string): T | null;
  /** Keeps any JSON value. `undefined` deletes the key. */
  set(key: string, value: unknown): void;
  del(key: string): void;
  /** All keys, sorted. */
  keys(): string[];
  /** Deletes everything of this service. */
  clear(): void;
}

export interface PushOptions {
  /**
   * `true` makes it the channel's state, as `pushValue` does; `false` an event that only those hear who listen now. Left
   * out, the last value is remembered for those who subscribe later, as long as there is room.
   */
  retain?: boolean;
}

/** Who asked, and whether they still wait. */
export interface CallInfo {
  /** Aborted when the asker cancels, goes away or the service stops. */
  readonly signal: AbortSignal;
  /** `window:ID`, `web`, `host`, `service:NAME`, or another process: `worker:NAME` or `main`. */
  readonly source: string;
  /** The window whose page asked. */
  readonly windowId?: string;
}

/** Where an action came from. */
export interface ActionInfo {
  /** `window:ID`, `web`, `menu` or `host`. A service's own `action` goes to the host, not to other services. */
  readonly source: string;
}

/** The page that sent a message. */
export interface WebSender {
  readonly windowId?: string;
  /** Sends a push to this page alone. */
  push(channel: string, data: unknown): void;
}

/** The app's directories, as `query("paths")` answers them. */
export type ServicePaths = Readonly<Record<string, string>>;

/** A stream of bytes between a service and the host or a page. */
export type ServiceStream = ByteStream;

/** Who opened a stream. */
export interface StreamInfo {
  /** `host`, `window:ID` or `web`. */
  readonly source: string;
  /** The window whose page opened it. */
  readonly windowId?: string;
}

/**
 * Runs with a stream that was opened here. When the promise of an `async` handler resolves, both directions end: what it
 * wrote arrives. A handler that returns no promise may keep the stream. What it throws ends the stream on both sides.
 */
export type StreamHandler = (stream: ServiceStream, info: StreamInfo) => unknown;

export type ServiceFetch = typeof globalThis.fetch;

/** The native host. */
export interface HostLink {
  /** Sends an action to the host. */
  action(action: string): void;
  /** Calls `callback` with what the host pushes on `channel`; returns the function that ends it. */
  on(channel: string, callback: (data: any) => void): () => void;
}

/** All pages. */
export interface WebLink {
  /** Pushes an event: only those that subscribe now see it. */
  push(channel: string, data?: unknown): void;
  /**
   * Pushes a state: later subscribers get it, too, and so do pages that reconnect, until the next one. A page's `publish`
   * doesn't replace it. `undefined` ends it. It lasts as long as the Bun process: a service pushes it when it starts.
   * Throws `TOO_LARGE` when over 10,000 channels or 64 MiB are kept.
   */
  pushValue(channel: string, data: unknown): void;
  /** Answers `invokeBun(channel)`. */
  handle(channel: string, handler: (args: any, info: CallInfo) => unknown): void;
  /** Receives `send(name)`. */
  on(name: string, callback: (data: any, sender: WebSender) => unknown): () => void;
}

/** Another Bun process of the app, by way of the host: a worker, or `main`. */
export interface WorkerLink {
  /**
   * Asks one of its services; 10 s unless `options` say otherwise. Rejects with `UNAVAILABLE` at once where the process
   * doesn't run or ends before it answers. From an extension host: `FORBIDDEN`.
   */
  call<T = any>(service: string, args?: unknown, options?: CallOptions): Promise<T>;
  /** Sends a message: to its `ipc.worker(this process).on(channel)` and `onWebMessage(channel)`. */
  push(channel: string, data?: unknown): void;
  /** Receives its messages on `channel`. */
  on(channel: string, callback: (data: any) => void): () => void;
}

/**
 * A WebSocket of this service to a worker with `browserAccess`. It follows a worker that is started again, with its
 * subscriptions; questions that were open then reject with `UNAVAILABLE`, and so do new ones until the worker is back.
 * It ends with the service's start: a reload makes a new one.
 */
export interface WorkerConnection {
  /** Asks a service of the worker; 10 s unless `options` say otherwise. */
  query<T = any>(service: string, args?: unknown, options?: CallOptions): Promise<T>;
  /** Asks a `.handle()` handler of the worker; 15 s unless `options` say otherwise. */
  invoke<T = any>(channel: string, args?: unknown, options?: CallOptions): Promise<T>;
  /** Hears what the worker pushes on `channel`, its last value first. Returns the function that ends it. */
  subscribe(channel: string, callback: (data: any) => unknown, options?: { replay?: boolean }): () => void;
  /** Sends a message to the worker's `onWebMessage(type)`. Throws `UNAVAILABLE` where the worker doesn't run. */
  send(type: string, data?: unknown): void;
  close(): void;
}

/** Direct connections to workers, past the host. */
export interface ServiceWorkers {
  /**
   * Connects to a worker. Throws `UNAVAILABLE` where it has no WebSocket or doesn't run, `FORBIDDEN` in an extension
   * host. For a worker that starts with the app and hasn't yet, questions wait.
   */
  connect(name: string): WorkerConnection;
  /** The ports of the workers that have a WebSocket and run, by name. */
  ports(): Record<string, number>;
}

/** One way of speaking to every other part of the app. */
export interface ServiceIpc {
  readonly host: HostLink;
  readonly web: WebLink;
  worker(name: string): WorkerLink;
  /** Asks another service. */
  call<T = any>(service: string, args?: unknown): Promise<T>;
}

/** What the runtime gives a service when it starts it. All functions may be taken out of it and called alone. */
export interface ServiceContext {
  /** The service's name. */
  readonly name: string;
  /** Sends `data` to every page that subscribed to `channel`, and to the host. */
  push(channel: string, data?: any, options?: PushOptions): void;
  /** Asks another service; rejects with code `NO_HANDLER` where there is none. */
  call<T = any>(service: string, args?: any): Promise<T>;
  /** Sends an action to the host. */
  action(action: string): void;
  /** Receives what pages `send(type, data)`; returns the function that ends it. */
  onWebMessage(type: string, handler: (data: any, sender: WebSender) => unknown): () => void;
  /** Answers `invokeBun(channel)`. A channel has one handler in the whole app. */
  registerInvokeHandler(channel: string, handler: (args: any, info: CallInfo) => unknown): void;
  /** Receives what the host pushes on `channel`; returns the function that ends it. */
  onHostPush(channel: string, handler: (data: any) => void): () => void;
  /** Sends a message to a worker, or to `main`, by way of the host: `ipc.worker(target).push(channel, data)`. */
  relay(target: string, channel: string, data?: any): void;
  readonly workers: ServiceWorkers;
  /**
   * Opens a stream to the host's handler of `channel`; `data` is for that handler. It can be read and written at once;
   * whatever keeps it from opening (`NO_HANDLER`, `UNAVAILABLE`) becomes the failure of its reads and writes. It is reset
   * when the service stops.
   */
  openStream(channel: string, data?: any): ServiceStream;
  /**
   * Takes the streams that the host and pages open on `channel`. A channel has one handler in the process. Returns the
   * function that removes it; streams that are open go on until they end or the service stops.
   */
  onStream(channel: string, handler: StreamHandler): () => void;
  readonly store: StoreHandle;
  readonly paths: ServicePaths;
  readonly fetch: ServiceFetch;
  readonly ipc: ServiceIpc;
  /** Aborted when this start of the service ends: by a reload, a restart or the app's end. */
  readonly signal: AbortSignal;
}

/** What a builder's callbacks get: a context's everyday parts, and the context. */
export interface ServiceHandle {
  readonly ctx: ServiceContext;
  readonly store: StoreHandle;
  readonly call: ServiceContext["call"];
  readonly push: ServiceContext["push"];
  readonly fetch: ServiceFetch;
  readonly ipc: ServiceIpc;
  readonly openStream: ServiceContext["openStream"];
  readonly onStream: ServiceContext["onStream"];
}

/** `ok: false` restarts the service; other members are shown in health reports. */
export type HealthResult = { ok: boolean; [detail: string]: unknown };

/** Hosts that a service needs to reach. */
export interface NetworkDeclaration {
  /** Host names, `host:port`, or `*.example.com`. They join the app's allow-list. */
  endpoints?: string[];
  /** This service's own `fetch` may reach any host. */
  unrestricted?: boolean;
}

/** A service, as a module exports it. Every member is optional. */
export interface ServiceModule {
  name?: string;
  network?: NetworkDeclaration;
  /** After loading, after a reload, and after a restart for its health. */
  start?(ctx: ServiceContext): unknown;
  /** Answers `query(name, args)`. */
  query?(args: any, info?: CallInfo): unknown;
  /** Before a reload, a restart and the app's end: two seconds to let go of things. */
  stop?(): unknown;
  health?(): HealthResult | Promise<HealthResult>;
  onAction?(action: string, info?: ActionInfo): unknown;
}
