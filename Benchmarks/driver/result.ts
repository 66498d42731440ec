import { median, pairedRatios, summarize, type Summary } from "./stats.ts";

export type Unit = "MiB/s" | "ms" | "µs" | "MiB" | "/s" | "×";

/** One line of the table. */
export interface Row {
  name: string;
  unit: Unit;
  /** Samples by run. */
  runs: number[][];
  target?: Target;
  /** How it was measured, where the name does not say it. */
  note?: string;
}

/** A limit on a row's median. */
export interface Target {
  limit: number;
  /** Which side of the limit is good. */
  wanted: "at most" | "at least";
}

export const atMost = (limit: number): Target => ({ limit, wanted: "at most" });
export const atLeast = (limit: number): Target => ({ limit, wanted: "at least" });

/** A row of paired ratios: each run is one sample. */
export function ratioRow(name: string, over: Row, under: Row, target: Target): Row {
  return { name, unit: "×", runs: pairedRatios(over.runs, under.runs).map((ratio) => [ratio]), target };
}

/** A row of paired differences: each run is one sample. */
export function differenceRow(name: string, more: Row, less: Row, target?: Target): Row {
  const runs = more.runs.map((run, index) => [median(run) - median(less.runs[index] ?? [])]);
  return { name, unit: more.unit, runs, target };
}

export interface Figures extends Summary {
  met: boolean | undefined;
}

export function figures(row: Row): Figures {
  const summary = summarize(row.runs);
  return { ...summary, met: row.target && isMet(summary.median, row.target) };
}

function isMet(value: number, target: Target): boolean {
  return target.wanted === "at most" ? value <= target.limit : value >= target.limit;
}
