/** Asks services for their health and restarts those that are not well. */

import type { HealthResult } from "../../sdk/service.ts";
import { within } from "../deadline.ts";
import { type Log, speakingAs } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import type { ServiceRegistry } from "./registry.ts";
import { RestartBackOff } from "./restart-back-off.ts";
import type { Service } from "./service.ts";

/** A check that takes longer than the interval counts as a failed one, within these bounds. */
const MIN_CHECK_LIMIT_MS = 1000;
const MAX_CHECK_LIMIT_MS = 10_000;
/** So many restarts in a row are more than a hiccup: an error from then on. */
const MANY_RESTARTS = 3;

/** Checks every `intervalMs` until `signal` is aborted. */
export function monitorHealth(registry: ServiceRegistry, intervalMs: number, log: Log, signal: AbortSignal): void {
  const monitor = new HealthMonitor(intervalMs, log);
  const timer = setInterval(() => {
    for (const service of registry.all()) monitor.look(service);
  }, intervalMs);
  signal.addEventListener("abort", () => clearInterval(timer));
}

class HealthMonitor {
  /** Forgotten with the service: a new version starts with a clean sheet. */
  readonly #backOffs = new WeakMap<Service, RestartBackOff>();
  readonly #busy = new WeakSet<Service>();
  readonly #checkLimitMs: number;

  constructor(private readonly intervalMs: number, private readonly log: Log) {
    this.#checkLimitMs = Math.min(Math.max(intervalMs, MIN_CHECK_LIMIT_MS), MAX_CHECK_LIMIT_MS);
  }

  look(service: Service): void {
    if (this.#busy.has(service) || !this.#isConcern(service)) return;
    this.#busy.add(service);
    void this.#look(service).finally(() => this.#busy.delete(service));
  }

  /** A service that failed by itself is mended by its author; one that a restart of ours ended is tried again. */
  #isConcern(service: Service): boolean {
    if (!service.module.health) return false;
    const { kind } = service.state;
    return kind === "running" || (kind === "failed" && (this.#backOffs.get(service)?.restarts ?? 0) > 0);
  }

  async #look(service: Service): Promise<void> {
    const { state } = service;
    const result = state.kind === "failed" ? failed(state.error) : await check(service, this.#checkLimitMs);
    const backOff = this.#backOffs.get(service) ?? new RestartBackOff(this.intervalMs);
    this.#backOffs.set(service, backOff);
    if (result.ok) {
      backOff.well(performance.now());
      service.lastHealth = result;
    } else if (service.state === state) await this.#unwell(service, result, backOff);
  }

  async #unwell(service: Service, result: HealthResult, backOff: RestartBackOff): Promise<void> {
    const isDue = backOff.unwell(performance.now());
    // Kept until the next check: whoever asks should see why it was restarted.
    const report = { ...result, restarted: true, restarts: backOff.restarts };
    service.lastHealth = report;
    if (!isDue) return;
    this.#tell(service, result, backOff);
    await service.restart();
    service.lastHealth = report;
  }

  #tell(service: Service, { ok: _, ...details }: HealthResult, { restarts, waitMs }: RestartBackOff): void {
    const told = Object.keys(details).length > 0 ? ` ${Bun.inspect(details, { compact: true })}` : "";
    const what = `service "${service.name}" (${service.origin}) is not well and is restarted`;
    if (restarts < MANY_RESTARTS) return this.log.warning(`${what}.${told}`);
    const wait = `the next restart comes after ${Math.ceil(waitMs / 1000)} s at the earliest`;
    this.log.error(`${what}, for the ${ordinal(restarts)} time in a row; ${wait}.${told}`);
  }
}

async function check(service: Service, limitMs: number): Promise<HealthResult> {
  try {
    const outcome = await within(limitMs, speakingAs(service.owner, async () => service.module.health?.()));
    if (outcome.kind === "late") return { ok: false, error: `health() took over ${limitMs} ms` };
    const value: unknown = outcome.value;
    if (typeof value === "object" && value !== null) return { ...value, ok: (value as { ok?: unknown }).ok !== false };
    return { ok: value !== false };
  } catch (error) {
    return { ok: false, error: describeError(error) };
  }
}

function failed(error: unknown): HealthResult {
  return { ok: false, error: `it did not start again: ${describeError(error)}` };
}

function ordinal(count: number): string {
  const ending = count % 100 > 10 && count % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][count % 10] ?? "th";
  return `${count}${ending}`;
}
