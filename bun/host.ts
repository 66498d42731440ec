/**
 * The process that the host starts beside itself: `bun ENGINE/bun/host.ts`, in the app's `bun/` directory, with the
 * environment of `Protocol/README.md`. (An app's own `bun/host.ts` is another file: see `@keystone/sdk/host`.)
 */

import { takeEnvironment } from "./runtime/environment.ts";
import { Runtime } from "./runtime/main.ts";
import { startProcess } from "./runtime/start-process.ts";

await startProcess(takeEnvironment, (environment, output, log) => Runtime.prepare(environment, output, log));
