/**
 * A worker: one more Bun process of the app, which the host starts as `bun ENGINE/bun/worker-host.ts` in the app's `bun/`
 * directory, with the environment of `Protocol/README.md`. It runs services and has no pages.
 */

import { startProcess } from "./runtime/start-process.ts";
import { takeWorkerEnvironment } from "./runtime/workers/worker-environment.ts";
import { WorkerRuntime } from "./runtime/workers/worker-runtime.ts";

await startProcess(
  takeWorkerEnvironment,
  (environment, output, log) => WorkerRuntime.prepare(environment, output, log),
);
