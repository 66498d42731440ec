/** `Bun.FetchSession`: connections of its own for `fetch`. */

import { guardFetch } from "./guarded-fetch.ts";
import type { NetworkPolicy } from "./policy.ts";

type Fetch = typeof globalThis.fetch;

interface FetchSession {
  readonly fetch: Fetch;
}

/** The session's own proxy is checked where it is made, its requests where they are made. */
export function guardSessions(policy: NetworkPolicy): void {
  const bun = Bun as unknown as { FetchSession?: new (options?: { proxy?: unknown }) => FetchSession };
  const original = bun.FetchSession;
  // Older versions of Bun have none.
  if (!original) return;
  bun.FetchSession = new Proxy(original, {
    construct: (target, [options]): FetchSession => {
      checkProxy(policy, options);
      const session = new target(options);
      // The property of the prototype can't be replaced; one of the object's own comes before it.
      return Object.defineProperty(session, "fetch", { value: guardFetch(policy, session.fetch) });
    },
  });
}

function checkProxy(policy: NetworkPolicy, options: { proxy?: unknown } | undefined): void {
  const proxy = options?.proxy;
  const address = typeof proxy === "object" && proxy !== null && "url" in proxy ? proxy.url : proxy;
  if (address) policy.requireUrl(new URL(String(address)), "fetch by way of a proxy");
}
