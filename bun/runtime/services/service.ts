/** One service through its life: loaded, started, stopped, started again. */

import type { HealthResult, ServiceModule } from "../../sdk/service.ts";
import { within } from "../deadline.ts";
import { speakingAs } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { type ServiceCall, ServiceScope } from "./scope.ts";
import type { Switchboard } from "./switchboard.ts";

/** How long a service may take to let go of things. */
export const STOP_LIMIT_MS = 2000;

export type ServiceState =
  | { kind: "starting" }
  | { kind: "running" }
  | { kind: "failed"; error: unknown }
  | { kind: "stopped" };

export class Service {
  state: ServiceState = { kind: "stopped" };
  lastHealth: HealthResult | undefined;
  /** Settles, and never rejects, when the start or restart under way is over. */
  settled: Promise<void> = Promise.resolve();
  readonly #begun = Promise.withResolvers<void>();
  #isNew = true;
  #changes = 0;
  #scope: ServiceScope | undefined;
  #abandonStart: (() => void) | undefined;

  /** @param origin - where it comes from, for messages: a file, or `bun/host.ts`. */
  constructor(
    readonly name: string,
    readonly origin: string,
    readonly module: ServiceModule,
    private readonly board: Switchboard,
    private readonly call: ServiceCall,
  ) {}

  get owner(): string {
    return `service:${this.name}`;
  }

  /** Aborted when this start ends; `undefined` before the first. */
  get signal(): AbortSignal | undefined {
    return this.#scope?.signal;
  }

  /** Starts it; a failure is logged and becomes its state. */
  start(): Promise<void> {
    return this.#next(() => this.#start());
  }

  /** Stops it within a bounded time, a start that is under way included. */
  stop(): Promise<void> {
    this.#hurryStart();
    return this.#next(() => this.#stop());
  }

  /** Stops and starts it. A stop or a save that comes meanwhile has its turn afterwards. */
  restart(): Promise<void> {
    this.#hurryStart();
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  /** The start, stop or restart that it is about to have or has, one that nobody has asked for yet included. */
  get transition(): Promise<void> | undefined {
    if (this.#isNew) return this.#begun.promise;
    return this.#changes > 0 ? this.settled : undefined;
  }

  /** Starts and stops follow each other and never overlap. */
  #next(work: () => Promise<void>): Promise<void> {
    this.#changes++;
    this.settled = this.settled.then(work).finally(() => this.#changed());
    return this.settled;
  }

  #changed(): void {
    this.#changes--;
    this.#isNew = false;
    this.#begun.resolve();
  }

  /** Tells a start that is under way that it is over, and lets what waits for it go on if it doesn't listen. */
  #hurryStart(): void {
    if (this.state.kind !== "starting") return;
    this.#scope?.abort();
    this.#abandonStart?.();
  }

  async #start(): Promise<void> {
    const scope = new ServiceScope(this.name, this.board, this.call);
    this.#scope = scope;
    this.state = { kind: "starting" };
    this.lastHealth = undefined;
    try {
      const starting = speakingAs(this.owner, async () => this.module.start?.(scope.context()));
      if (await this.#isAbandoned(starting)) {
        this.board.log.warning(
          `service "${this.name}" (${this.origin}) was still starting when it was to stop; its start() is not waited for`,
        );
      } else this.state = { kind: "running" };
    } catch (error) {
      scope.end();
      this.state = { kind: "failed", error };
      this.board.log.error(`service "${this.name}" (${this.origin}) failed to start: ${describeError(error)}`);
    }
  }

  /** Waits for a start, for ever unless the service is to stop: then as long as a stop may take. */
  async #isAbandoned(starting: Promise<unknown>): Promise<boolean> {
    const abandoned = new Promise<void>((resolve) => this.#abandonStart = resolve);
    try {
      return await Promise.race([
        starting.then(() => false),
        abandoned.then(async () => (await within(STOP_LIMIT_MS, starting)).kind === "late"),
      ]);
    } finally {
      this.#abandonStart = undefined;
    }
  }

  async #stop(): Promise<void> {
    if (this.state.kind === "stopped") return;
    try {
      const stopping = speakingAs(this.owner, async () => this.module.stop?.());
      const outcome = await within(STOP_LIMIT_MS, stopping);
      if (outcome.kind === "late") {
        this.board.log.warning(`stop() of service "${this.name}" took over ${STOP_LIMIT_MS} ms; it is not waited for`);
      }
    } catch (error) {
      this.board.log.error(`stop() of service "${this.name}" failed: ${describeError(error)}`);
    }
    this.#scope?.end();
    this.state = { kind: "stopped" };
  }
}
