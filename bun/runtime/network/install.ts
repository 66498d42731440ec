/** Puts the network policy between this process's code and the network. */

import type { Log } from "../wire/log.ts";
import { guardFetch } from "./guarded-fetch.ts";
import { type NetworkMode, NetworkPolicy } from "./policy.ts";

/** The part of the environment that the policy starts with. */
export interface NetworkEnvironment {
  readonly networkMode: NetworkMode;
  readonly networkEndpoints: readonly string[];
}

/**
 * Installs the guards and returns the policy that they ask. Call it once, before any code of the app runs: whoever took
 * `fetch` before would keep the unguarded one.
 *
 * While the mode is `open` the guards let everything through.
 */
export function installNetworkPolicy(environment: NetworkEnvironment, log: Log): NetworkPolicy {
  const original = globalThis.fetch;
  const policy = new NetworkPolicy(original, () => guarded);
  const guarded = guardFetch(policy, original);
  globalThis.fetch = guarded;
  policy.configure(environment.networkMode, environment.networkEndpoints, (message) => log.warning(message));
  if (!policy.isOpen) log.debug(`network allow-list: ${policy.endpoints().join(", ") || "empty"}`);
  return policy;
}
