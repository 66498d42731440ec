/** What a service may do with the app's other processes, for as long as this start of it lasts. */

import type { CallOptions } from "../../lib/index.ts";
import type { ServiceWorkers, WorkerConnection } from "../../sdk/service.ts";
import { didYouMean } from "../nearest.ts";
import type { Switchboard } from "../services/switchboard.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import { connectWorker } from "./worker-connection.ts";

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
  return {
    connect: (name) => connect(board, owner, ended, name),
    ports: () => board.workers.ports(),
  };
}

function connect(board: Switchboard, owner: string, ended: AbortSignal, name: string): WorkerConnection {
  if (board.limits.isExtensionHost) {
    throw new RuntimeError("FORBIDDEN", "an extension host may not connect to workers");
  }
  if (ended.aborted) throw new RuntimeError("UNAVAILABLE", `the service that connects to "${name}" was stopped`);
  const { workers: directory, processName: from } = board;
  if (!directory.has(name)) {
    throw new RuntimeError(
      "UNAVAILABLE",
      `worker "${name}" has no WebSocket: it doesn't run, or "browserAccess" isn't set in its configuration.` +
        didYouMean(String(name), directory.names()),
    );
  }
  const deliver = (channel: string, call: () => unknown) => board.callListener(owner, channel, call);
  return connectWorker({ name, directory, from, signal: ended, deliver });
}
