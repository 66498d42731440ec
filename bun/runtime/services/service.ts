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
  #scope: ServiceScope | undefined;

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

  /** Stops it within a bounded time. */
  stop(): Promise<void> {
    return this.#next(() => this.#stop());
  }

  restart(): Promise<void> {
    return this.#next(async () => {
      await this.#stop();
      await this.#start();
    });
  }

  /** Starts and stops follow each other and never overlap. */
  #next(work: () => Promise<void>): Promise<void> {
    this.settled = this.settled.then(work);
    return this.settled;
  }

  async #start(): Promise<void> {
    const scope = new ServiceScope(this.name, this.board, this.call);
    this.#scope = scope;
    this.state = { kind: "starting" };
    this.lastHealth = undefined;
    try {
      await speakingAs(this.owner, async () => this.module.start?.(scope.context()));
      this.state = { kind: "running" };
    } catch (error) {
      scope.end();
      this.state = { kind: "failed", error };
      this.board.log.error(`service "${this.name}" (${this.origin}) failed to start: ${describeError(error)}`);
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
