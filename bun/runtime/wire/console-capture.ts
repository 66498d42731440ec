/** Turns `console.*` into log messages, because standard output belongs to the protocol. */

import type { LogLevel } from "../../sdk/protocol.ts";
import type { Log } from "./log.ts";

const LEVELS: Record<string, LogLevel> = {
  debug: "debug",
  trace: "debug",
  log: "info",
  info: "info",
  dir: "info",
  table: "info",
  group: "info",
  groupCollapsed: "info",
  warn: "warning",
  error: "error",
};

export function captureConsole(log: Log): void {
  const target = console as unknown as Record<string, (...values: unknown[]) => void>;
  for (const [method, level] of Object.entries(LEVELS)) {
    target[method] = (...values) => log.write(level, format(method, values));
  }
  target.assert = (condition, ...values) => {
    if (!condition) log.write("error", `Assertion failed: ${format("log", values)}`);
  };
  captureTimers(target, log);
  target.groupEnd = () => {};
}

/** `console.count` and `console.time` print to standard output themselves unless replaced. */
function captureTimers(target: Record<string, (...values: unknown[]) => void>, log: Log): void {
  const counts = new Map<unknown, number>();
  const starts = new Map<unknown, number>();
  target.count = (label = "default") => {
    const count = (counts.get(label) ?? 0) + 1;
    counts.set(label, count);
    log.info(`${String(label)}: ${count}`);
  };
  target.countReset = (label = "default") => void counts.delete(label);
  target.time = (label = "default") => void starts.set(label, performance.now());
  const elapsed = (label: unknown) =>
    `${String(label)}: ${(performance.now() - (starts.get(label) ?? NaN)).toFixed(2)} ms`;
  target.timeLog = (label = "default", ...values) => log.info([elapsed(label), format("log", values)].join(" ").trim());
  target.timeEnd = (label = "default") => {
    log.info(elapsed(label));
    starts.delete(label);
  };
}

function format(method: string, values: unknown[]): string {
  if (method === "table") return Bun.inspect.table(values[0]);
  const [first] = values;
  if (typeof first === "string" && values.length > 1 && first.includes("%")) return formatted(values);
  const text = values.map((value) => (typeof value === "string" ? value : Bun.inspect(value))).join(" ");
  return method === "trace" ? `${text}\n${new Error().stack ?? ""}` : text;
}

/** `%s` and friends; the module is only loaded by those who use them. */
function formatted(values: unknown[]): string {
  const util = process.getBuiltinModule("node:util");
  return util.format(...values);
}
