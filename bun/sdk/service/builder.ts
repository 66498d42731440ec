/** The builder behind `defineService`. */

// deno-lint-ignore-file no-explicit-any -- arguments are the app's own; a callback says their type

import type {
  ActionInfo,
  CallInfo,
  HealthResult,
  NetworkDeclaration,
  ServiceContext,
  ServiceHandle,
  ServiceModule,
} from "./types.ts";

type Awaitable<T> = T | Promise<T>;
type Handler = (args: any, svc: ServiceHandle, info: CallInfo) => unknown;
type Tick = (svc: ServiceHandle) => unknown;

/** What the builder has collected when `build` is called. */
interface Definition {
  readonly name: string;
  query?: Handler;
  readonly handlers: Map<string, Handler>;
  readonly timers: { everyMs: number; tick: Tick }[];
  readonly actions: ((action: string, svc: ServiceHandle, info: ActionInfo) => unknown)[];
  health?: (svc: ServiceHandle) => Awaitable<HealthResult>;
  readonly stops: Tick[];
  network: NetworkDeclaration;
}

/** Collects a service's callbacks; {@link ServiceBuilder.build} makes the module. Each method returns the builder. */
export class ServiceBuilder {
  readonly #definition: Definition;

  constructor(name: string) {
    if (typeof name !== "string" || name.trim() === "") {
      throw new TypeError('defineService needs a name: defineService("notes")');
    }
    this.#definition = { name, handlers: new Map(), timers: [], actions: [], stops: [], network: {} };
  }

  /** Answers `query(name, args)` from pages, the host and other services. */
  query<Args = any>(handler: (args: Args, svc: ServiceHandle, info: CallInfo) => unknown): this {
    if (this.#definition.query) this.#refuse("has two .query() handlers; keep one");
    this.#definition.query = this.#callback("query", handler);
    return this;
  }

  /** Answers `invokeBun(channel, args)`. A channel has one handler in the whole app. */
  handle<Args = any>(channel: string, handler: (args: Args, svc: ServiceHandle, info: CallInfo) => unknown): this {
    if (typeof channel !== "string" || channel === "") this.#refuse(".handle() needs a channel's name");
    if (this.#definition.handlers.has(channel)) this.#refuse(`handles "${channel}" twice; keep one`);
    this.#definition.handlers.set(channel, this.#callback(`handle("${channel}")`, handler));
    return this;
  }

  /** Runs `tick` every `milliseconds` while the service runs; never before the last run of it has ended. */
  every(milliseconds: number, tick: Tick): this {
    if (!(Number.isFinite(milliseconds) && milliseconds >= 1 && milliseconds <= 2_147_483_647)) {
      this.#refuse(`.every(${String(milliseconds)}): the interval must be from 1 to 2147483647 milliseconds`);
    }
    this.#definition.timers.push({ everyMs: milliseconds, tick: this.#callback("every", tick) });
    return this;
  }

  /** Receives every action of pages and the host; there is no routing by service. */
  onAction(handler: (action: string, svc: ServiceHandle, info: ActionInfo) => unknown): this {
    this.#definition.actions.push(this.#callback("onAction", handler));
    return this;
  }

  /** Is the service well? `{ ok: false }` restarts it. */
  health(check: (svc: ServiceHandle) => Awaitable<HealthResult>): this {
    this.#definition.health = this.#callback("health", check);
    return this;
  }

  /** Lets go of what the service holds, before a reload, a restart or the app's end. */
  onStop(handler: Tick): this {
    this.#definition.stops.push(this.#callback("onStop", handler));
    return this;
  }

  /** Declares the hosts that the service needs to reach. */
  network(declaration: NetworkDeclaration): this {
    const endpoints = [...this.#definition.network.endpoints ?? [], ...declaration?.endpoints ?? []];
    this.#definition.network = { ...this.#definition.network, ...declaration, endpoints };
    return this;
  }

  /**
   * Makes the module; export it by default.
   *
   * @param init - runs when the service starts, after its handlers are in place and before its timers.
   */
  build(init?: Tick): ServiceModule {
    return new BuiltService(this.#definition, init).module();
  }

  #callback<F>(what: string, callback: F): F {
    if (typeof callback !== "function") this.#refuse(`.${what} needs a function`);
    return callback;
  }

  #refuse(fault: string): never {
    throw new TypeError(`service "${this.#definition.name}": ${fault}`);
  }
}

/** A started (or startable) service made of a definition. */
class BuiltService {
  #handle: ServiceHandle | undefined;
  #timers: ReturnType<typeof setInterval>[] = [];

  constructor(private readonly definition: Definition, private readonly init: Tick | undefined) {}

  module(): ServiceModule {
    const { name, network, query, health, actions } = this.definition;
    const module: ServiceModule = { name, network, start: (ctx) => this.#start(ctx), stop: () => this.#stop() };
    if (query) module.query = (args, info) => query(args, this.#running(), info as CallInfo);
    if (health) module.health = async () => await health(this.#running());
    if (actions.length > 0) module.onAction = (action, info) => this.#act(action, info as ActionInfo);
    return module;
  }

  async #start(ctx: ServiceContext): Promise<void> {
    const { store, call, push, fetch, ipc, openStream, onStream } = ctx;
    const handle: ServiceHandle = { ctx, store, call, push, fetch, ipc, openStream, onStream };
    this.#handle = handle;
    for (const [channel, handler] of this.definition.handlers) {
      ctx.registerInvokeHandler(channel, (args, info) => handler(args, handle, info));
    }
    await this.init?.(handle);
    if (ctx.signal.aborted) return;
    for (const { everyMs, tick } of this.definition.timers) this.#timers.push(startTimer(everyMs, () => tick(handle)));
  }

  async #stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    const handle = this.#handle;
    if (!handle) return;
    for (const stop of this.definition.stops) await stop(handle);
  }

  async #act(action: string, info: ActionInfo): Promise<void> {
    const handle = this.#running();
    await Promise.all(this.definition.actions.map((handler) => handler(action, handle, info)));
  }

  #running(): ServiceHandle {
    if (!this.#handle) throw new Error(`service "${this.definition.name}" has not started`);
    return this.#handle;
  }
}

/** A timer whose runs never overlap and whose errors are told without ending it. */
function startTimer(everyMs: number, tick: () => unknown): ReturnType<typeof setInterval> {
  let isRunning = false;
  return setInterval(async () => {
    if (isRunning) return;
    isRunning = true;
    try {
      await tick();
    } catch (error) {
      console.error(`.every(${everyMs}) failed:`, error);
    } finally {
      isRunning = false;
    }
  }, everyMs);
}
