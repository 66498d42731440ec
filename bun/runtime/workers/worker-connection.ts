/** A service's own WebSocket to a worker. */

import type { CallOptions } from "../../lib/index.ts";
import { BunLink } from "../../sdk/bridge/bun-link.ts";
import { Connection } from "../../sdk/bridge/connection.ts";
import type { WorkerConnection } from "../../sdk/service.ts";
import { checkChannel } from "../pages/channels.ts";
import type { WorkerAddress, WorkerDirectory } from "./worker-directory.ts";

/** As in pages. */
const QUERY_LIMIT_MS = 10_000;
const INVOKE_LIMIT_MS = 15_000;
/** One attempt or two fail while a worker is being restarted and nobody has told yet. */
const FAILURES_WORTH_TELLING = 4;

export interface ConnectionOptions {
  readonly name: string;
  readonly directory: WorkerDirectory;
  /** `main`, or the name of the worker that this process is. */
  readonly from: string;
  /** Closes the connection. */
  readonly signal: AbortSignal;
  /** Calls a subscriber as the service's own code. */
  readonly deliver: (channel: string, call: () => unknown) => void;
  /** Called once. */
  readonly onClose: () => void;
}

/** Follows the worker: to its new port when it was started again, with the same subscriptions. */
export function connectWorker(options: ConnectionOptions): WorkerConnection {
  const { name, directory, from, signal, deliver, onClose } = options;
  let isClosed = false;
  let address: WorkerAddress | undefined;
  const connection = new Connection(undefined, undefined, (url) => openSocket(url, address?.token ?? ""));
  const link = new BunLink(connection, undefined, `worker "${name}"`);

  function follow(): void {
    const next = directory.find(name);
    if (next && next.port === address?.port && next.token === address.token) return;
    address = next;
    if (next) {
      link.bunState({ state: "ready" });
      connection.serverReady(`ws://127.0.0.1:${next.port}/ws?from=${encodeURIComponent(from)}`);
      connection.start();
    } else if (!directory.isExpected(name)) {
      connection.close();
      link.bunState({ state: "failed", message: `worker "${name}" does not run, or has no WebSocket` });
    }
  }

  let failures = 0;
  connection.onState.on((state) => {
    if (state === "open") failures = 0;
    else if (state === "closed" && address && ++failures === FAILURES_WORTH_TELLING) {
      console.warn(`worker "${name}" can't be reached on port ${address.port}; it is tried again and again`);
    }
  });

  const unfollow = directory.onChange.on(follow);
  function close(): void {
    if (isClosed) return;
    isClosed = true;
    unfollow();
    address = undefined;
    signal.removeEventListener("abort", close);
    link.bunState({ state: "failed", message: `the connection to worker "${name}" was closed` });
    connection.close();
    onClose();
  }
  signal.addEventListener("abort", close, { once: true });
  follow();

  return {
    query: (service: string, args?: unknown, options?: CallOptions) =>
      link.call("query", service, QUERY_LIMIT_MS, options, (id) => ({ type: "query", id, service, args })),
    invoke: (channel: string, args?: unknown, options?: CallOptions) =>
      link.call("invoke", channel, INVOKE_LIMIT_MS, options, (id) => ({ type: "invoke", id, channel, args })),
    subscribe: (channel, callback, options) => {
      checkChannel(channel);
      return link.channels.subscribe(channel, (data) => deliver(channel, () => callback(data)), options);
    },
    send: (type, data) => link.tell("send", type, { type: "send", name: type, data }),
    close,
  };
}

function openSocket(url: string, token: string): WebSocket {
  // Bun's own: a page's WebSocket can't set headers, which is why pages can't show this token.
  const Socket = WebSocket as unknown as new (url: string, options: { headers: Record<string, string> }) => WebSocket;
  return new Socket(url, { headers: { Authorization: `Bearer ${token}` } });
}
