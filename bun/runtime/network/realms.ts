/** Threads and realms: they have their own globals, and so their own unguarded `fetch`. */

import { RuntimeError } from "../wire/runtime-error.ts";
import type { NetworkPolicy } from "./policy.ts";
import { guardClass } from "./web-sockets.ts";

interface ThreadOptions {
  env?: unknown;
  preload?: string | string[];
}

/** Runs in every thread before its own code. */
const THREAD = new URL("./worker-thread.ts", import.meta.url).pathname;

export function guardRealms(policy: NetworkPolicy): void {
  const withGuard = (values: unknown[]) => policy.isOpen ? values : guardThread(policy, values);
  globalThis.Worker = guardClass(globalThis.Worker, withGuard);
  const threads = process.getBuiltinModule("node:worker_threads") as unknown as { Worker: object };
  threads.Worker = guardClass(threads.Worker, withGuard);
  const realms = globalThis as unknown as { ShadowRealm?: object };
  if (realms.ShadowRealm) {
    realms.ShadowRealm = guardClass(realms.ShadowRealm, (values) => {
      if (policy.isOpen) return values;
      throw new RuntimeError(
        "FORBIDDEN",
        "a ShadowRealm would have a fetch of its own, while the network has an allow-list",
      );
    });
  }
}

/** A thread gets what is allowed at its start. */
function guardThread(policy: NetworkPolicy, values: unknown[]): unknown[] {
  const [source, given] = values as [unknown, ThreadOptions | undefined];
  const env = typeof given?.env === "object" && given.env !== null ? given.env : process.env;
  const preload = [THREAD, ...(given?.preload === undefined ? [] : [given.preload].flat())];
  const network = { KEYSTONE_NETWORK_MODE: policy.mode, KEYSTONE_NETWORK_ENDPOINTS: policy.endpoints().join() };
  return [source, { ...given, preload, env: { ...env, ...network } }];
}
