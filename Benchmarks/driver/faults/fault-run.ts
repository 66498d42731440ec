/** Kills and stops the processes of an app under traffic, and checks that nothing is lost, left open or left over. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Context } from "../context.ts";
import type { Program } from "../program.ts";
import { Journal } from "./journal.ts";
import { Random } from "../../../bun/runtime/testing/random.ts";
import { descriptorKinds, entriesBelow, processesMarked, type Usage, usageOf } from "./traces.ts";
import { type Fault, Victims } from "./victims.ts";

/** From a fault to the first answer. */
const RECOVERY_MS = 20_000;
/** Until missed health checks tell that a process hangs. */
const HANG_MS = 30_000;
/** Runs of this length have time for processes that hang. */
const LONG_RUN_SECONDS = 60;

export interface FaultRunOptions {
  readonly seconds: number;
  readonly seed: number;
}

export interface FaultReport {
  readonly faults: Record<string, number>;
  /** How the page's calls ended, over all its lives that were seen to the end. */
  readonly calls: Record<string, number>;
  readonly writes: { acknowledged: number; failed: number };
  /** Milliseconds from each fault's end until everything answered again. */
  readonly recoveries: number[];
  readonly usage: { first: Usage; last: Usage };
}

/** @throws Error that names the seed and what went wrong. */
export async function faultRun(context: Context, options: FaultRunOptions): Promise<FaultReport> {
  await context.prepare("faults");
  const directory = join(context.app("faults"), "temporary");
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const host = context.start("host", [context.app("faults"), "--control"], { TMPDIR: directory });
  const run = new FaultRun(host, context, options);
  try {
    const report = await run.run();
    await leftovers(directory);
    return report;
  } catch (error) {
    await host.end();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`seed ${options.seed}, after ${run.told.join(", ") || "nothing"}: ${reason}\n${host.log}`);
  }
}

class FaultRun {
  readonly told: string[] = [];
  readonly #random: Random;
  readonly #victims: Victims;
  readonly #journal: Journal;
  readonly #counts: Record<string, number> = {};
  readonly #recoveries: number[] = [];

  constructor(
    private readonly host: Program,
    private readonly context: Context,
    private readonly options: FaultRunOptions,
  ) {
    this.#random = new Random(options.seed);
    this.#victims = new Victims(host, this.#random, options.seconds >= LONG_RUN_SECONDS);
    this.#journal = new Journal(host);
  }

  async run(): Promise<FaultReport> {
    const { host } = this;
    await host.event("mounted");
    await this.#untilEverythingAnswers();
    this.#journal.start();
    const first = await this.#faultsUntil(performance.now() + this.options.seconds * 1000);
    const last = usageOf(host.pid);
    this.#checkUsage(first, last);
    await this.#journal.stop();
    const calls = await this.#finishPage();
    const missing = await this.#journal.missing();
    if (missing.length > 0) throw new Error(`${missing.length} acknowledged writes are not in the store: ${missing.slice(0, 20)}…`);
    const { acknowledged, failed, faults } = this.#journal;
    if (faults.length > 0) throw new Error(faults.join("\n"));
    await host.end();
    return {
      faults: this.#counts,
      calls,
      writes: { acknowledged: acknowledged.length, failed },
      recoveries: this.#recoveries,
      usage: { first, last },
    };
  }

  /** @returns what the host used after the first few faults, when everything has happened once. */
  async #faultsUntil(deadline: number): Promise<Usage> {
    let first: Usage | undefined;
    for (let count = 1; performance.now() < deadline; count++) {
      await Bun.sleep(this.#random.between(50, 600));
      const faults = [this.#victims.choose(), this.#random.next() < 0.3 ? this.#victims.choose() : undefined]
        .filter((fault) => fault !== undefined);
      for (const fault of faults) this.#tell(fault);
      await Promise.all(faults.map((fault) => this.#victims.strike(fault)));
      const hangs = faults.some(({ deed }) => deed === "hung");
      await this.#untilEverythingAnswers(hangs ? RECOVERY_MS + HANG_MS : RECOVERY_MS);
      await this.#checkPage();
      if (count === 5) first = usageOf(this.host.pid);
    }
    return first ?? usageOf(this.host.pid);
  }

  #tell({ kind, pid, deed, stopMs }: Fault): void {
    const what = `${kind} ${deed}`;
    this.#counts[what] = (this.#counts[what] ?? 0) + 1;
    this.told.push(`${what} (${pid})${deed === "stopped" ? ` for ${stopMs} ms` : ""}`);
    this.context.progress(this.told.at(-1) ?? "");
  }

  /** The page is there, and services and the worker answer it. */
  async #untilEverythingAnswers(limit = RECOVERY_MS): Promise<void> {
    const started = performance.now();
    for (const question of ["traffic.ask()", "traffic.askWorker()"]) {
      for (;;) {
        try {
          const answer = await this.host.eval<{ n: number }>(question);
          if (answer.n === 1) break;
        } catch (error) {
          if (performance.now() - started > limit) {
            throw new Error(`${question} does not answer ${limit / 1000} s after a fault: ${error}`);
          }
          await Bun.sleep(20);
        }
      }
    }
    this.#recoveries.push(performance.now() - started);
  }

  async #checkPage(): Promise<Record<string, number>> {
    const { faults, ended } = await this.host.eval<{ faults: string[]; ended: Record<string, number> }>(
      "traffic.report()",
    );
    if (faults.length > 0) throw new Error(`the page has seen: ${faults.slice(0, 10).join("; ")}`);
    return ended;
  }

  /** Every call that is open ends. */
  async #finishPage(): Promise<Record<string, number>> {
    await this.host.eval("traffic.finish()");
    return await this.#checkPage();
  }

  /** Room for what comes and goes, none for what only comes. */
  #checkUsage(first: Usage, last: Usage): void {
    const limits: Usage = {
      residentMiB: first.residentMiB * 1.5 + 48,
      descriptors: first.descriptors + 24,
      threads: first.threads + 24,
    };
    for (const name of ["residentMiB", "descriptors", "threads"] as const) {
      if (last[name] <= limits[name]) continue;
      const kinds = JSON.stringify(descriptorKinds(this.host.pid));
      throw new Error(`the host's ${name} went from ${first[name]} to ${last[name]}; descriptors: ${kinds}`);
    }
  }
}

/** @throws Error that names what the app left behind. */
async function leftovers(directory: string): Promise<void> {
  const deadline = performance.now() + 5000;
  for (;;) {
    const processes = processesMarked(`TMPDIR=${directory}`);
    const files = entriesBelow(directory);
    if (processes.length === 0 && files.length === 0) return;
    if (performance.now() > deadline) {
      const names = processes.map(({ pid, command }) => `process ${pid} (${command})`);
      throw new Error(`left over: ${[...names, ...files].join(", ")}`);
    }
    // A process that is ending has no event that we could wait for: it isn't ours.
    await Bun.sleep(50);
  }
}
