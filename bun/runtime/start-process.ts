/** What main Bun and workers have in common as processes: the line to the host, the log, the beginning and the end. */

import type { HostToBun } from "../sdk/protocol.ts";
import { passOnCleanEnvironment } from "./clean-environment.ts";
import type { ProcessEnvironment, Variables } from "./environment.ts";
import { captureConsole } from "./wire/console-capture.ts";
import { readHostMessages } from "./wire/host-input.ts";
import { HostOutput } from "./wire/host-output.ts";
import { Log } from "./wire/log.ts";
import { captureStandardOutput } from "./wire/stray-output.ts";
import { describeError } from "./wire/runtime-error.ts";

/** A runtime that is ready to start. */
export interface RuntimeProcess {
  start(): Promise<void>;
  handle(message: HostToBun): void;
  /** Stops everything and ends the process. */
  shutDown(): Promise<void>;
}

/**
 * Starts this process's runtime and lets it run until the host says `shutdown` or goes away. A fault before that is told
 * to the host as `fatal`.
 *
 * @param takeEnvironment - takes secrets out of the variables that it is given.
 */
export async function startProcess<E extends ProcessEnvironment>(
  takeEnvironment: (variables: Variables, cwd: string) => E,
  prepare: (environment: E, output: HostOutput, log: Log) => Promise<RuntimeProcess>,
): Promise<void> {
  const output = new HostOutput();
  try {
    const environment = takeEnvironment(process.env, process.cwd());
    passOnCleanEnvironment();
    const log = new Log(output, environment.logLevel);
    captureStandardOutput(output, log);
    captureConsole(log);
    keepGoing(log);
    await run(await prepare(environment, output, log), output, log);
  } catch (error) {
    await fail(output, error);
  }
}

async function run(runtime: RuntimeProcess, output: HostOutput, log: Log): Promise<void> {
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void runtime.shutDown());
  output.onBroken = () => void runtime.shutDown();
  // Read from the start: a host that goes away while services start must not leave this process behind.
  void readHostMessages(log, (message) => runtime.handle(message)).finally(() => runtime.shutDown());
  await runtime.start();
}

async function fail(output: HostOutput, error: unknown): Promise<never> {
  output.send({ type: "fatal", message: error instanceof Error ? error.message : String(error) });
  await output.flush();
  process.exit(1);
}

function keepGoing(log: Log): void {
  process.on("uncaughtException", (error) => log.error(`uncaught: ${describeError(error)}`));
  process.on("unhandledRejection", (reason) => log.error(`unhandled rejection: ${describeError(reason)}`));
}
