/** Connections by `node:net`, which `node:http`, `node:https`, `node:http2` and `node:tls` go through, and by `Bun.connect`. */

import type { Socket } from "node:net";
import type { NetworkPolicy } from "./policy.ts";

type Call = (this: unknown, ...values: unknown[]) => unknown;
interface Options {
  host?: unknown;
  hostname?: unknown;
  port?: unknown;
  path?: unknown;
  unix?: unknown;
  fd?: unknown;
}

export function guardSockets(policy: NetworkPolicy): void {
  guardNodeSockets(policy);
  guardBunConnect(policy);
}

function guardNodeSockets(policy: NetworkPolicy): void {
  const prototype = process.getBuiltinModule("node:net").Socket.prototype as unknown as { connect: Call };
  const original = prototype.connect;
  prototype.connect = function connect(this: unknown, ...values: unknown[]) {
    try {
      checkNodeTarget(policy, values);
    } catch (error) {
      // As a connection that fails: listeners are attached after this call.
      process.nextTick(() => (this as Socket).destroy(error as Error));
      return this;
    }
    return original.apply(this, values);
  };
}

/** `(options)`, `(port, host)`, `(path)`, or the list of arguments that Node's modules hand on among themselves. */
function checkNodeTarget(policy: NetworkPolicy, values: unknown[]): void {
  if (policy.isOpen) return;
  const [first, second] = Array.isArray(values[0]) ? values[0] : values;
  if (typeof first === "object" && first !== null) {
    const { host, hostname, port, path, fd } = first as Options;
    if (path || (fd !== undefined && fd !== null)) return;
    policy.requireHost(host || hostname || "localhost", port, "a connection");
  } else if (typeof first !== "string" || /^\s*\d+\s*$/.test(first)) {
    policy.requireHost(typeof second === "string" && second !== "" ? second : "localhost", first, "a connection");
  }
}

function guardBunConnect(policy: NetworkPolicy): void {
  const bun = Bun as unknown as { connect: (options: Options) => Promise<unknown> };
  const original = bun.connect;
  bun.connect = async (options) => {
    if (policy.isOpen || options?.unix || options?.fd !== undefined) return await original.call(Bun, options);
    // Read once: what is checked is what is connected to.
    const hostname = String(options?.hostname);
    policy.requireHost(hostname, options?.port, "a connection");
    return await original.call(Bun, { ...options, hostname });
  };
}
