/** What a service may do with the app's other processes, for as long as this start of it lasts. */

import type { CallOptions } from "../../lib/index.ts";
import type { ServiceWorkers } from "../../sdk/service.ts";
import { didYouMean } from "../nearest.ts";
import type { Switchboard } from "../services/switchboard.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import { connectWorker } from "./worker-connection.ts";

/** Open connections of one service; one that makes a new one for each question would fill the process otherwise. */
const MAX_CONNECTIONS = 100;

/** Asks a service of worker `name` by way of the host. Ends with the asking service at the latest. */
export function callWorker<T>(
  board: Switchboard,
  ended: AbortSignal,
  name: string,
  service: string,
  args: unknown,
  options: CallOptions = {},
): Promise<T> {
  const signal = options.signal ? AbortSignal.any([ended, options.signal]) : ended;
  return board.processes.ask<T>(name, service, args, { ...options, signal });
}

export function serviceWorkers(board: Switchboard, owner: string, ended: AbortSignal): ServiceWorkers {
  let open = 0;
  return {
    connect(name) {
      checkConnect(board, ended, name);
      if (open >= MAX_CONNECTIONS) {
        throw new RuntimeError("UNAVAILABLE", `${open} connections of this service to workers are open; close some`);
      }
      open++;
      return connectWorker({
        name,
        directory: board.workers,
        from: board.processName,
        signal: ended,
        deliver: (channel, call) => board.callListener(owner, channel, call),
        onClose: () => void open--,
      });
    },
    ports: () => board.workers.ports(),
  };
}

/** @throws RuntimeError `FORBIDDEN`, `UNAVAILABLE` */
function checkConnect({ limits, workers }: Switchboard, ended: AbortSignal, name: string): void {
  if (limits.isExtensionHost) throw new RuntimeError("FORBIDDEN", "an extension host may not connect to workers");
  if (ended.aborted) throw new RuntimeError("UNAVAILABLE", `the service that connects to "${name}" was stopped`);
  if (workers.has(name)) return;
  throw new RuntimeError(
    "UNAVAILABLE",
    `worker "${name}" has no WebSocket: it doesn't run, or "browserAccess" isn't set in its configuration.` +
      didYouMean(String(name), workers.names()),
  );
}
