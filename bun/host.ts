/**
 * The process that the host starts beside itself: `bun ENGINE/bun/host.ts`, in the app's `bun/` directory, with the
 * environment of `Protocol/README.md`. (An app's own `bun/host.ts` is another file: see `@keystone/sdk/host`.)
 */

import { type Environment, takeEnvironment } from "./runtime/environment.ts";
import { passOnCleanEnvironment } from "./runtime/clean-environment.ts";
import { Runtime } from "./runtime/main.ts";
import { captureConsole } from "./runtime/wire/console-capture.ts";
import { readHostMessages } from "./runtime/wire/host-input.ts";
import { HostOutput } from "./runtime/wire/host-output.ts";
import { Log } from "./runtime/wire/log.ts";
import { captureStandardOutput } from "./runtime/wire/stray-output.ts";
import { describeError } from "./runtime/wire/runtime-error.ts";

const output = new HostOutput();

async function fail(error: unknown): Promise<never> {
  output.send({ type: "fatal", message: error instanceof Error ? error.message : String(error) });
  await output.flush();
  process.exit(1);
}

function keepGoing(log: Log): void {
  process.on("uncaughtException", (error) => log.error(`uncaught: ${describeError(error)}`));
  process.on("unhandledRejection", (reason) => log.error(`unhandled rejection: ${describeError(reason)}`));
}

async function run(environment: Environment, log: Log): Promise<void> {
  const runtime = await Runtime.prepare(environment, output, log);
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void runtime.shutDown());
  output.onBroken = () => void runtime.shutDown();
  // Read from the start: a host that goes away while services start must not leave this process behind.
  void readHostMessages(log, (message) => runtime.handle(message)).finally(() => runtime.shutDown());
  await runtime.start();
}

try {
  const environment = takeEnvironment(process.env, process.cwd());
  passOnCleanEnvironment();
  const log = new Log(output, environment.logLevel);
  captureStandardOutput(output, log);
  captureConsole(log);
  keepGoing(log);
  await run(environment, log);
} catch (error) {
  await fail(error);
}
