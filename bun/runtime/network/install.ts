/** Puts the network policy between this process's code and the network. */

import type { Log } from "../wire/log.ts";
import { guardDatagrams } from "./datagrams.ts";
import { guardSessions } from "./fetch-sessions.ts";
import { guardFetch } from "./guarded-fetch.ts";
import { type NetworkMode, NetworkPolicy } from "./policy.ts";
import { guardRealms } from "./realms.ts";
import { guardSockets } from "./sockets.ts";
import { guardWebSockets } from "./web-sockets.ts";

/** The part of the environment that the policy starts with. */
export interface NetworkEnvironment {
  readonly networkMode: NetworkMode;
  readonly networkEndpoints: readonly string[];
}

/**
 * Installs the guards and returns the policy that they ask. Call it once, before any code of the app runs: whoever took
 * `fetch` before would keep the unguarded one.
 *
 * While the mode is `open` the guards let everything through. What they can't reach is listed in the security chapter.
 */
export function installNetworkPolicy(environment: NetworkEnvironment, log: Log): NetworkPolicy {
  const policy = installGuards(environment, (message) => log.warning(message));
  if (!policy.isOpen) log.debug(`network allow-list: ${policy.endpoints().join(", ") || "empty"}`);
  return policy;
}

/** The guards of everything but `fetch` take some 20 ms to load, so they come when there is an allow-list. */
export function installGuards(environment: NetworkEnvironment, warn: (message: string) => void): NetworkPolicy {
  const original = globalThis.fetch;
  const policy = new NetworkPolicy(original, () => guarded, () => guardAll(policy));
  const guarded = guardFetch(policy, original);
  globalThis.fetch = guarded;
  policy.configure(environment.networkMode, environment.networkEndpoints, warn);
  return policy;
}

function guardAll(policy: NetworkPolicy): void {
  guardSockets(policy);
  guardDatagrams(policy);
  guardWebSockets(policy);
  guardSessions(policy);
  guardRealms(policy);
}
