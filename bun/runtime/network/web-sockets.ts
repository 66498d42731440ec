/** `WebSocket`, and what Bun's own `undici` module offers. */

import { hostOfUrl, isLoopback } from "./endpoint.ts";
import type { NetworkPolicy } from "./policy.ts";

type Constructor = new (...values: unknown[]) => object;
type Call = (this: unknown, ...values: unknown[]) => unknown;

const WHAT = "a WebSocket";
const CHECKED_SCHEMES = new Set(["ws:", "wss:", "http:", "https:"]);
/** Functions of undici whose first argument is an address. */
const UNDICI_CALLS = ["request", "stream", "pipeline", "connect", "upgrade"] as const;
/** Classes of undici that are made with an address, or with a proxy's. */
const UNDICI_CLASSES = ["Client", "Pool", "BalancedPool", "ProxyAgent", "EventSource"] as const;

export function guardWebSockets(policy: NetworkPolicy): void {
  const guarded = guardClass(globalThis.WebSocket as unknown as Constructor, (values) => {
    const [url, options] = values;
    checkProxy(policy, options);
    const address = checkAddress(policy, url, WHAT);
    return policy.proxy === undefined
      ? [address, ...values.slice(1)]
      : [address, throughProxy(policy.proxy, address, options)];
  });
  globalThis.WebSocket = guarded as unknown as typeof WebSocket;
  guardUndici(policy, guarded);
}

/** Classes keep their identity for `instanceof` and their statics: only their construction is looked at. */
export function guardClass<C extends object>(original: C, check: (values: unknown[]) => unknown[]): C {
  const guarded: C = new Proxy(original, {
    construct: (target, values, newTarget): object =>
      Reflect.construct(
        target as unknown as Constructor,
        check(values),
        newTarget === guarded ? target as never : newTarget,
      ),
    // Some of Bun's can be called without `new`.
    apply: (target, self, values) => Reflect.apply(target as unknown as Call, self, check(values)),
  });
  // Else an object's `constructor` would lead to the unguarded class.
  const { prototype } = original as { prototype?: object };
  if (prototype) Reflect.set(prototype, "constructor", guarded);
  return guarded;
}

/** @returns the address in its one spelling, where it was checked; any other thing as it is. */
function checkAddress(policy: NetworkPolicy, given: unknown, what: string): unknown {
  if (policy.isOpen) return given;
  let url: URL;
  try {
    url = new URL(String(given));
  } catch {
    // The original says what is wrong with it.
    return given;
  }
  if (!CHECKED_SCHEMES.has(url.protocol)) return given;
  policy.requireUrl(url, what);
  return url.href;
}

/** `WebSocket` knows no variables of the environment. Its second argument may be protocols or options. */
function throughProxy(proxy: string, address: unknown, options: unknown): unknown {
  const url = URL.parse(String(address));
  if (!url || isLoopback(hostOfUrl(url) ?? "")) return options;
  if (typeof options === "string" || Array.isArray(options)) return { protocols: options, proxy };
  return { proxy, ...options as object | undefined };
}

function checkProxy(policy: NetworkPolicy, options: unknown): void {
  if (typeof options !== "object" || options === null || !("proxy" in options)) return;
  const { proxy } = options as { proxy: unknown };
  const address = typeof proxy === "object" && proxy !== null && "url" in proxy ? proxy.url : proxy;
  if (address) checkAddress(policy, address, `${WHAT} by way of a proxy`);
}

/** The exports of the module can be replaced as long as nobody has imported it. */
function guardUndici(policy: NetworkPolicy, webSocket: Constructor): void {
  const undici = process.getBuiltinModule("undici") as unknown as Record<string, unknown>;
  undici.fetch = globalThis.fetch;
  undici.WebSocket = webSocket;
  for (const name of UNDICI_CALLS) {
    const original = undici[name];
    if (typeof original !== "function") continue;
    undici[name] = async (...values: unknown[]) => {
      checkAddress(policy, originOf(values[0]), `undici.${name}`);
      return await Reflect.apply(original, undici, values);
    };
  }
  for (const name of UNDICI_CLASSES) {
    const original = undici[name];
    if (typeof original !== "function") continue;
    undici[name] = guardClass(original, (values) => {
      checkAddress(policy, originOf(values[0]), `undici.${name}`);
      return values;
    });
  }
}

/** A string, a URL, or an object with `origin`, `uri` or `hostname`. */
function originOf(given: unknown): unknown {
  if (typeof given !== "object" || given === null || given instanceof URL) return given;
  const { origin, uri, protocol, hostname, port } = given as Record<string, unknown>;
  if (origin ?? uri) return origin ?? uri;
  return hostname ? `${protocol ?? "http:"}//${hostname}${port ? `:${port}` : ""}` : given;
}
