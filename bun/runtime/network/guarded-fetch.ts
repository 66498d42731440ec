/** `fetch` that asks the network policy before every request, the ones that redirects lead to included. */

import type { ServiceFetch } from "../../sdk/service.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import type { NetworkPolicy } from "./policy.ts";
import { type FetchInit, followRedirects } from "./redirects.ts";

/** Schemes whose content is here already. */
const LOCAL_SCHEMES = new Set(["data:", "blob:", "file:"]);

/** Read from the prototypes once: an object's own `url` can say anything. */
const urlOfRequest = getter(Request.prototype, "url");
const redirectOfRequest = getter(Request.prototype, "redirect");
const hrefOfUrl = getter(URL.prototype, "href");

/** Wraps `original`, together with its `preconnect`. */
export function guardFetch(policy: NetworkPolicy, original: ServiceFetch): ServiceFetch {
  // The same mistakes reject in the same way as without the guard: `async`, and the arguments are passed on.
  const guarded = async (input: string | URL | Request, init?: FetchInit): Promise<Response> => {
    if (policy.isOpen) return await original(input, init);
    const address = addressOf(input);
    // Not an address at all: the original rejects, and says why.
    if (address === undefined) return await original(input, init);
    if (LOCAL_SCHEMES.has(address.protocol)) return await original(input, init);
    return await fetchChecked(policy, original, input, address, { ...init });
  };
  return Object.assign(guarded, { preconnect: guardPreconnect(policy, original) }) as ServiceFetch;
}

function fetchChecked(
  policy: NetworkPolicy,
  original: ServiceFetch,
  input: string | URL | Request,
  address: URL,
  init: FetchInit,
): Promise<Response> {
  checkAddress(policy, address);
  checkProxy(policy, init);
  const isRequest = input instanceof Request;
  const mode = init.redirect ?? (isRequest ? redirectOfRequest(input) : "follow");
  // What was checked is what is asked for: of a Request, Bun itself would ask for whatever its property `url` says.
  const first = isRequest ? new Request(address.href, input) : address.href;
  if (mode !== "follow") return original(first, init);
  return followRedirects(original, first, address, init, (url) => checkAddress(policy, url));
}

function checkAddress(policy: NetworkPolicy, url: URL): void {
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new RuntimeError(
      "FORBIDDEN",
      `fetch of "${url.protocol}" addresses is not allowed while the network has an allow-list`,
    );
  }
  policy.requireUrl(url, "fetch");
}

/** A proxy hears everything, so it must be on the list as well. */
function checkProxy(policy: NetworkPolicy, init: FetchInit): void {
  const { proxy } = init;
  if (proxy === undefined || proxy === null || proxy === "") return;
  const text = typeof proxy === "object" && "url" in proxy ? (proxy as { url: unknown }).url : proxy;
  const url = parse(String(text));
  if (!url) throw new TypeError(`fetch: the proxy "${String(text)}" is no address`);
  policy.requireUrl(url, "fetch by way of a proxy");
  init.proxy = typeof proxy === "object" && "url" in proxy ? { ...proxy, url: url.href } : url.href;
}

function guardPreconnect(
  policy: NetworkPolicy,
  original: ServiceFetch,
): (url: string | URL, ...rest: unknown[]) => void {
  const { preconnect } = original as unknown as { preconnect(url: string | URL, ...rest: unknown[]): void };
  return (url, ...rest) => {
    const address = policy.isOpen ? undefined : parse(String(url));
    if (address) checkAddress(policy, address);
    preconnect.call(original, address?.href ?? url, ...rest);
  };
}

function addressOf(input: unknown): URL | undefined {
  if (input instanceof Request) return parse(urlOfRequest(input));
  if (input instanceof URL) return parse(hrefOfUrl(input));
  return parse(String(input));
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    // Whoever asked for it hears so from the original function.
    return undefined;
  }
}

function getter<T extends object>(prototype: T, name: keyof T & string): (object: T) => string {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (!get) throw new Error(`this Bun has no ${name} to read`);
  return (object) => String(get.call(object));
}
