import { median, percentile } from "../stats.ts";
import type { FaultReport } from "./fault-run.ts";

/** What happened, as text. */
export function faultTable({ faults, calls, writes, recoveries, usage }: FaultReport): string {
  const list = (counts: Record<string, number>) =>
    Object.entries(counts).sort().map(([name, count]) => `  ${name.padEnd(28)}${count.toLocaleString("en-US")}`);
  const { first, last } = usage;
  return [
    "faults",
    ...list(faults),
    "calls of the page's last life, by their end",
    ...list(calls),
    `writes: ${writes.acknowledged} acknowledged, all in the store; ${writes.failed} refused`,
    `everything answers again after ${Math.round(median(recoveries))} ms (median), ` +
    `${Math.round(percentile(recoveries, 100))} ms at most`,
    `the host: ${Math.round(first.residentMiB)} → ${Math.round(last.residentMiB)} MiB, ` +
    `${first.descriptors} → ${last.descriptors} descriptors, ${first.threads} → ${last.threads} threads`,
    "no process, socket or temporary file is left over",
  ].join("\n");
}
