/** Asks services for their health and restarts those that are not well. */

import type { HealthResult } from "../../sdk/service.ts";
import { within } from "../deadline.ts";
import { type Log, speakingAs } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import type { ServiceRegistry } from "./registry.ts";
import type { Service } from "./service.ts";

/** A check that takes longer counts as a failed one. */
const CHECK_LIMIT_MS = 10_000;

/** Checks every `intervalMs` until `signal` is aborted. */
export function monitorHealth(registry: ServiceRegistry, intervalMs: number, log: Log, signal: AbortSignal): void {
  const busy = new Set<Service>();
  const timer = setInterval(() => {
    for (const service of registry.all()) {
      if (busy.has(service) || service.state.kind !== "running" || !service.module.health) continue;
      busy.add(service);
      void checkOnce(service, log).finally(() => busy.delete(service));
    }
  }, intervalMs);
  signal.addEventListener("abort", () => clearInterval(timer));
}

async function checkOnce(service: Service, log: Log): Promise<void> {
  const result = await check(service);
  service.lastHealth = result;
  if (result.ok || service.state.kind !== "running") return;
  const { ok: _, ...details } = result;
  const told = Object.keys(details).length > 0 ? ` ${Bun.inspect(details, { compact: true })}` : "";
  log.warning(`service "${service.name}" is not well and is restarted.${told}`);
  await service.restart();
  // Kept until the next check: whoever asks should see why it was restarted.
  service.lastHealth = { ...result, restarted: true };
}

async function check(service: Service): Promise<HealthResult> {
  try {
    const outcome = await within(CHECK_LIMIT_MS, speakingAs(service.owner, async () => service.module.health?.()));
    if (outcome.kind === "late") return { ok: false, error: `health() took over ${CHECK_LIMIT_MS} ms` };
    const value: unknown = outcome.value;
    if (typeof value === "object" && value !== null) return { ...value, ok: (value as { ok?: unknown }).ok !== false };
    return { ok: value !== false };
  } catch (error) {
    return { ok: false, error: describeError(error) };
  }
}
