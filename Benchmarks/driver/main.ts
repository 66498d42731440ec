import { writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { bundling } from "./benchmarks/bundling.ts";
import { echo } from "./benchmarks/echo.ts";
import { invoke } from "./benchmarks/invoke.ts";
import { memory } from "./benchmarks/memory.ts";
import { parallel } from "./benchmarks/parallel.ts";
import { plugins } from "./benchmarks/plugins.ts";
import { push } from "./benchmarks/push.ts";
import { pushes } from "./benchmarks/pushes.ts";
import { query } from "./benchmarks/query.ts";
import { services } from "./benchmarks/services.ts";
import { start } from "./benchmarks/start.ts";
import { streams } from "./benchmarks/streams.ts";
import { swap } from "./benchmarks/swap.ts";
import { workerCost } from "./benchmarks/worker-cost.ts";
import { workers } from "./benchmarks/workers.ts";
import { type Benchmark, Context } from "./context.ts";
import { faultRun } from "./faults/fault-run.ts";
import { faultTable } from "./faults/report.ts";
import { type Options, parseOptions } from "./options.ts";
import { figures, type Row } from "./result.ts";
import { table } from "./table.ts";

const BENCHMARKS: readonly Benchmark[] = [
  invoke,
  parallel,
  echo,
  streams,
  query,
  push,
  pushes,
  start,
  services,
  workers,
  workerCost,
  swap,
  bundling,
  plugins,
  memory,
];

const USAGE = `usage: ./bench [NAME…] [--quick] [--runs N] [--json FILE] [--list]
       ./bench --faults [--seconds N] [--seed S]

Measures Keystone beside bare GTK/WebKit programs, off-screen, and prints medians, 99th percentiles, the spread of the
runs' medians, and whether targets are met. Exits with 0 whatever the figures are, with 1 when a benchmark could not run.

  --quick      fewer calls and 3 runs
  --runs N     measure N times (7)
  --json FILE  write the figures and every sample there too
  --list       print the benchmarks' names

With --faults, kills and stops the processes of an app under traffic for N seconds (180), and exits with 1 when a call stays
open, an acknowledged write is missing, or anything is left over. The same seed makes the same choices.`;

interface Outcome {
  name: string;
  title: string;
  rows: Row[];
}

function say(text: string): void {
  process.stderr.write(`\x1b[1m▸ ${text}\x1b[0m\n`);
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help") || args.includes("-h")) {
    console.log(USAGE);
    return 0;
  }
  let options: Options;
  try {
    options = parseOptions(args, BENCHMARKS.map((benchmark) => benchmark.name));
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return 2;
  }
  if (options.list) {
    for (const { name, title } of BENCHMARKS) console.log(`${name.padEnd(13)}${title}`);
    return 0;
  }
  return options.faults ? await runFaults(options) : await runAll(options);
}

async function runFaults({ quick, runs, seconds, seed }: Options): Promise<number> {
  const context = new Context(quick, runs, say);
  try {
    console.log(`seed ${seed}`);
    console.log(faultTable(await faultRun(context, { seconds, seed })));
    return 0;
  } catch (error) {
    console.error(`error: ${(error as Error).message}`);
    return 1;
  } finally {
    context.remove();
  }
}

async function runAll(options: Options): Promise<number> {
  const context = new Context(options.quick, options.runs, say);
  const outcomes: Outcome[] = [];
  const failed: string[] = [];
  try {
    for (const benchmark of BENCHMARKS) {
      if (!options.names.includes(benchmark.name)) continue;
      try {
        const rows = await benchmark.run(context);
        outcomes.push({ name: benchmark.name, title: benchmark.title, rows });
        console.log("\n" + table(benchmark.title, rows) + "\n");
      } catch (error) {
        failed.push(benchmark.name);
        console.error(`error: ${benchmark.name} could not run: ${(error as Error).message}`);
      }
    }
  } finally {
    context.remove();
  }
  if (options.json !== undefined) {
    writeFileSync(options.json, JSON.stringify(report(options, outcomes), null, 2) + "\n");
  }
  summarizeTargets(outcomes, failed);
  return failed.length === 0 ? 0 : 1;
}

function summarizeTargets(outcomes: readonly Outcome[], failed: readonly string[]): void {
  const judged = outcomes.flatMap((outcome) => outcome.rows).filter((row) => row.target);
  const missed = judged.filter((row) => !figures(row).met);
  console.log(`${judged.length - missed.length} of ${judged.length} targets met`);
  for (const row of missed) console.log(`missed: ${row.name.trim()}`);
  if (failed.length > 0) console.log(`could not run: ${failed.join(", ")}`);
}

function report(options: Options, outcomes: readonly Outcome[]) {
  return {
    date: new Date().toISOString(),
    machine: { cpu: cpus()[0]?.model.trim(), cores: cpus().length, memoryMiB: Math.round(totalmem() / 2 ** 20) },
    quick: options.quick,
    runs: options.runs,
    benchmarks: outcomes.map(({ name, title, rows }) => ({
      name,
      title,
      rows: rows.map((row) => ({ ...row, ...figures(row) })),
    })),
  };
}

process.exitCode = await main(process.argv.slice(2));
