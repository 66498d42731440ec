/** Datagrams: `Bun.udpSocket`, and `node:dgram`, which uses it underneath. */

import type { Socket } from "node:dgram";
import type { NetworkPolicy } from "./policy.ts";

type Call = (this: unknown, ...values: unknown[]) => unknown;

const WHAT = "a datagram";
const MAX_APPROVED = 1024;

export function guardDatagrams(policy: NetworkPolicy): void {
  const approved = new ApprovedAddresses();
  guardBunSockets(policy, approved);
  guardNodeSockets(policy, approved);
}

/** Addresses that `node:dgram` found for names that are allowed; it hands on the address alone. */
class ApprovedAddresses {
  readonly #known = new Set<string>();

  add(address: string, port: unknown): void {
    if (this.#known.size >= MAX_APPROVED) this.#known.clear();
    this.#known.add(`${address} ${Number(port)}`);
  }

  has(address: unknown, port: unknown): boolean {
    return this.#known.has(`${String(address)} ${Number(port)}`);
  }
}

interface BunSocket {
  send: Call;
  sendMany: Call;
}

interface BunOptions {
  connect?: { hostname?: unknown; port?: unknown };
}

function guardBunSockets(policy: NetworkPolicy, approved: ApprovedAddresses): void {
  const bun = Bun as unknown as { udpSocket: (options: BunOptions) => Promise<BunSocket> };
  const original = bun.udpSocket;
  const check = (host: unknown, port: unknown) => {
    if (!policy.isOpen && !approved.has(host, port)) policy.requireHost(host, port, WHAT);
  };
  bun.udpSocket = async (options) => {
    const { connect } = options ?? {};
    if (connect) check(connect.hostname, connect.port);
    const socket = await original.call(Bun, options);
    // A connected socket has its one receiver already.
    return connect ? socket : guardSends(socket, check);
  };
}

function guardSends(socket: BunSocket, check: (host: unknown, port: unknown) => void): BunSocket {
  const { send, sendMany } = socket;
  socket.send = (data, port, address) => {
    check(address, port);
    return send.call(socket, data, port, address);
  };
  socket.sendMany = (packets) => {
    const list = [...packets as unknown[]];
    for (let index = 0; index + 2 < list.length; index += 3) check(list[index + 2], list[index + 1]);
    return sendMany.call(socket, list);
  };
  return socket;
}

function guardNodeSockets(policy: NetworkPolicy, approved: ApprovedAddresses): void {
  const prototype = process.getBuiltinModule("node:dgram").Socket.prototype as unknown as { send: Call; connect: Call };
  const { send, connect } = prototype;
  prototype.send = function (this: unknown, ...values: unknown[]) {
    const place = placeOfPort(values);
    return guardCall(this as Socket, policy, approved, send, values, place);
  };
  prototype.connect = function (this: unknown, ...values: unknown[]) {
    return guardCall(this as Socket, policy, approved, connect, values, 0);
  };
}

/** `(message, port, address, callback)` or `(message, offset, length, port, address, callback)`. */
function placeOfPort(values: unknown[]): number {
  const isLong = Boolean(values[4]) || (Boolean(values[3]) && typeof values[3] !== "function");
  return isLong ? 3 : 1;
}

/** `values[place]` is the port, the address follows it. */
function guardCall(
  socket: Socket,
  policy: NetworkPolicy,
  approved: ApprovedAddresses,
  original: Call,
  values: unknown[],
  place: number,
): unknown {
  const [port, address] = [values[place], values[place + 1]];
  // Without an address it is loopback, or the receiver that the socket is connected to.
  if (policy.isOpen || typeof address !== "string" || address === "") return original.apply(socket, values);
  const callback = values.findLast((value) => typeof value === "function") as ((error: Error) => void) | undefined;
  const fail = (error: Error) => callback ? callback(error) : socket.emit("error", error);
  try {
    policy.requireHost(address, port, WHAT);
  } catch (error) {
    return void process.nextTick(fail, error as Error);
  }
  if (process.getBuiltinModule("node:net").isIP(address)) return original.apply(socket, values);
  const family = (socket as unknown as { type?: string }).type === "udp6" ? 6 : 4;
  process.getBuiltinModule("node:dns").lookup(address, { family }, (error, found) => {
    if (error) return fail(error);
    approved.add(found, port);
    const resolved = [...values];
    resolved[place + 1] = found;
    original.apply(socket, resolved);
  });
}
