/** All services by name, and the questions and actions that reach them. */

import type { ActionInfo, CallInfo, ServiceModule } from "../../sdk/service.ts";
import type { HealthReport } from "../../sdk/protocol.ts";
import { within } from "../deadline.ts";
import { didYouMean } from "../nearest.ts";
import { speakingAs } from "../wire/log.ts";
import { describeError, RuntimeError } from "../wire/runtime-error.ts";
import { PendingCalls } from "./pending-calls.ts";
import { Service } from "./service.ts";
import type { Switchboard } from "./switchboard.ts";
import { TakenError } from "./taken-error.ts";

/** How long a question waits for a service that is just starting. */
const SETTLE_LIMIT_MS = 10_000;

/** A service that could not be loaded: it has a name, and a reason for not answering. */
export interface LoadFailure {
  readonly origin: string;
  readonly error: unknown;
}

export class ServiceRegistry {
  readonly #services = new Map<string, Service>();
  readonly #failures = new Map<string, LoadFailure>();
  readonly #calls = new PendingCalls();
  readonly #actionHandlers: { owner: string; handle: (action: string, info: ActionInfo) => unknown }[] = [];

  /** The start of the app or the reload under way; questions for a name that is missing just now wait for it. */
  #reload: Promise<unknown> | undefined;

  constructor(private readonly board: Switchboard) {}

  /** Tells that services come and go until `work` settles. */
  duringReload(work: Promise<unknown>): void {
    this.#reload = work;
    const over = () => {
      if (this.#reload === work) this.#reload = undefined;
    };
    work.then(over, over);
  }

  /** Adds a service without starting it. @throws Error when the name is taken, or what it declares is malformed. */
  add(name: string, origin: string, module: ServiceModule): Service {
    const taken = this.#services.get(name);
    if (taken) throw new TakenError(`two services are named "${name}": ${taken.origin} and ${origin}. Rename one.`);
    this.board.network.declare(name, module.network);
    const service = new Service(
      name,
      origin,
      module,
      this.board,
      (target, args, caller, signal) => this.query(target, args, { source: caller, signal }),
    );
    this.#services.set(name, service);
    this.#failures.delete(name);
    return service;
  }

  /** Stops a service and forgets it. */
  async remove(service: Service): Promise<void> {
    await service.stop();
    if (this.#services.get(service.name) !== service) return;
    this.#services.delete(service.name);
    this.board.network.forget(service.name);
  }

  noteFailure(name: string, failure: LoadFailure): void {
    if (!this.#services.has(name)) this.#failures.set(name, failure);
  }

  clearFailure(name: string): void {
    this.#failures.delete(name);
  }

  addActionHandler(owner: string, handle: (action: string, info: ActionInfo) => unknown): void {
    this.#actionHandlers.push({ owner, handle });
  }

  get(name: string): Service | undefined {
    return this.#services.get(name);
  }

  all(): Service[] {
    return [...this.#services.values()];
  }

  /** The names of those that run, sorted. */
  runningNames(): string[] {
    return this.all().filter(({ state }) => state.kind !== "failed").map(({ name }) => name).sort();
  }

  /** Those that run or start, for `ctx.services`. */
  modules(): ReadonlyMap<string, ServiceModule> {
    const up = this.all().filter(({ state }) => state.kind === "running" || state.kind === "starting");
    return new Map(up.map((service) => [service.name, service.module]));
  }

  /** Asks a service. @throws RuntimeError `NO_HANDLER`, `UNAVAILABLE`, or what the service throws. */
  async query(name: string, args: unknown, info: CallInfo): Promise<unknown> {
    const caller = serviceIn(info.source);
    const end = caller === undefined ? undefined : this.#calls.begin(caller, name);
    try {
      const service = await this.#untilUp(name, caller);
      if (service) return await this.#ask(service, args, info);
      if (caller === undefined) await this.settle();
      return await this.#queryHandler(name, args, info);
    } finally {
      end?.();
    }
  }

  async #ask(service: Service, args: unknown, info: CallInfo): Promise<unknown> {
    const { name, origin, state, module } = service;
    if (state.kind === "failed") throw this.#unavailable(name, origin, state.error);
    if (state.kind === "stopped") throw this.#unavailable(name, origin, "it was stopped");
    if (!module.query) {
      throw new RuntimeError("NO_HANDLER", `service "${name}" answers no queries; give it a .query() handler`);
    }
    return await speakingAs(service.owner, async () => module.query?.(args, info));
  }

  /**
   * The service of this name, once it has started, or as it is after a while.
   *
   * A service that asks while it starts itself may have to take another one as it is: that one, or a reload, waits for it.
   */
  async #untilUp(name: string, caller: string | undefined): Promise<Service | undefined> {
    const end = performance.now() + SETTLE_LIMIT_MS;
    for (;;) {
      const service = this.#services.get(name);
      const work = this.#awaited(service, name, caller);
      const leftMs = end - performance.now();
      if (!work || leftMs <= 0 || (await within(leftMs, work)).kind === "late") return this.#services.get(name);
    }
  }

  #awaited(service: Service | undefined, name: string, caller: string | undefined): Promise<unknown> | undefined {
    if (service?.transition && (caller === undefined || !this.#calls.lead(name, caller))) return service.transition;
    if (service && service.state.kind !== "stopped") return undefined;
    const mayAwaitReload = caller === undefined || this.#services.get(caller)?.state.kind === "running";
    return mayAwaitReload ? this.#reload : undefined;
  }

  /** A name that is no service's may be a `.handle()` channel: `call("notes:create", …)`. */
  async #queryHandler(name: string, args: unknown, info: CallInfo): Promise<unknown> {
    if (this.board.invokeHandlers.find(name)) return await this.invoke(name, args, info);
    const failure = this.#failures.get(name);
    if (failure) throw this.#unavailable(name, failure.origin, failure.error);
    const hint = didYouMean(name, this.#services.keys());
    throw new RuntimeError("NO_HANDLER", `no service is named "${name}".${hint}`);
  }

  /** Asks a `.handle()` handler. @throws RuntimeError `NO_HANDLER`, or what the handler throws. */
  async invoke(channel: string, args: unknown, info: CallInfo): Promise<unknown> {
    if (!this.board.invokeHandlers.find(channel) && !info.source.startsWith("service:")) await this.settle();
    const { owner, call } = this.board.invokeHandlers.require(channel);
    return await speakingAs(owner, async () => call(args, info));
  }

  /** Delivers an action once to every service and to the app's host file. */
  act(action: string, info: ActionInfo): void {
    for (const service of this.#services.values()) {
      if (service.module.onAction && service.state.kind !== "failed" && service.state.kind !== "stopped") {
        this.#deliver(service.owner, () => service.module.onAction?.(action, info));
      }
    }
    for (const { owner, handle } of this.#actionHandlers) this.#deliver(owner, () => handle(action, info));
  }

  health(): HealthReport {
    const services: HealthReport["services"] = {};
    for (const { name, state, lastHealth } of this.#services.values()) {
      services[name] = state.kind === "failed"
        ? { ok: false, error: describeError(state.error).split("\n", 1)[0] }
        : lastHealth ?? { ok: true };
    }
    for (const [name, { error }] of this.#failures) {
      services[name] = { ok: false, error: describeError(error).split("\n", 1)[0] };
    }
    return { ok: true, services };
  }

  #deliver(owner: string, handle: () => unknown): void {
    void speakingAs(owner, async () => {
      try {
        await handle();
      } catch (error) {
        this.board.log.error(`onAction failed: ${describeError(error)}`);
      }
    });
  }

  /** Waits for services that are starting or reloading. */
  /** Resolves when the services that start or reload just now are there, within a limit. */
  async settle(): Promise<void> {
    const starting = this.all().filter(({ state }) => state.kind === "starting" || state.kind === "stopped");
    if (starting.length === 0 && !this.#reload) return;
    const all = Promise.all([this.#reload, ...starting.map(({ settled }) => settled)]);
    await within(SETTLE_LIMIT_MS, all);
  }

  #unavailable(name: string, origin: string, error: unknown): RuntimeError {
    const reason = error instanceof Error ? error.message : String(error);
    return new RuntimeError("UNAVAILABLE", `service "${name}" (${origin}) does not run: ${reason}`, { cause: error });
  }
}

function serviceIn(source: string): string | undefined {
  return source.startsWith("service:") ? source.slice("service:".length) : undefined;
}
