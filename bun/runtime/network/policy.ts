/** Which hosts this process may reach: the app's list, and what its services declare. */

import type { NetworkDeclaration, ServiceFetch } from "../../sdk/service.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import {
  type Endpoint,
  hostOfUrl,
  isLoopback,
  matches,
  normalHost,
  parseEndpoint,
  shownTarget,
  type Target,
} from "./endpoint.ts";

export type NetworkMode = "open" | "allowlist";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { "http:": 80, "ws:": 80, "https:": 443, "wss:": 443 };

export class NetworkPolicy {
  #mode: NetworkMode = "open";
  #wasRestricted = false;
  #appEndpoints: Endpoint[] = [];
  /** By service, so that a reload or removal takes back what the old version declared. */
  readonly #declared = new Map<string, { endpoints: Endpoint[]; unrestricted: boolean }>();

  /** The address of the proxy that leads out of this process's sandbox, where it is in one. */
  proxy: string | undefined;
  /** Hears every declared endpoint whenever their list changes. */
  onDeclared: ((endpoints: string[]) => void) | undefined;

  /**
   * @param originalFetch - as it was before the guard.
   * @param guardedFetch - what `globalThis.fetch` is now.
   * @param onRestricted - called once, before the first list of endpoints takes effect.
   */
  constructor(
    private readonly originalFetch: ServiceFetch,
    private readonly guardedFetch: () => ServiceFetch,
    private readonly onRestricted: () => void,
  ) {}

  get mode(): NetworkMode {
    return this.#mode;
  }

  /** Whether there is anything to check. */
  get isOpen(): boolean {
    return this.#mode === "open";
  }

  /** Sets what the app's configuration says. A malformed endpoint allows nothing, and `warn` hears of it. */
  configure(mode: NetworkMode, endpoints: readonly string[], warn: (message: string) => void): void {
    if (mode === "allowlist" && !this.#wasRestricted) {
      this.#wasRestricted = true;
      this.onRestricted();
    }
    this.#mode = mode;
    this.#appEndpoints = endpoints.flatMap((endpoint) => {
      try {
        return [parseEndpoint(endpoint)];
      } catch (error) {
        warn(`network allow-list: ${error instanceof Error ? error.message : error}; it allows nothing`);
        return [];
      }
    });
  }

  /** Takes a service's declaration in place of its last one. @throws TypeError that names service and endpoint. */
  declare(service: string, declaration: NetworkDeclaration | undefined): void {
    const { endpoints = [], unrestricted = false } = declaration ?? {};
    if (!Array.isArray(endpoints)) {
      throw new TypeError(`service "${service}": network.endpoints must be a list of hosts`);
    }
    const checked = endpoints.map((endpoint) => {
      try {
        return parseEndpoint(endpoint);
      } catch (error) {
        throw new TypeError(`service "${service}": .network(): ${error instanceof Error ? error.message : error}`);
      }
    });
    const before = this.declared().join();
    if (checked.length > 0 || unrestricted === true) {
      this.#declared.set(service, { endpoints: checked, unrestricted: unrestricted === true });
    } else {
      this.#declared.delete(service);
    }
    this.#tellIfChanged(before);
  }

  /** Takes back what a service declared. */
  forget(service: string): void {
    const before = this.declared().join();
    this.#declared.delete(service);
    this.#tellIfChanged(before);
  }

  /** Every endpoint that services declare, sorted. */
  declared(): string[] {
    const patterns = [...this.#declared.values()].flatMap(({ endpoints }) => endpoints.map(({ pattern }) => pattern));
    return [...new Set(patterns)].sort();
  }

  /** All that is allowed now, besides loopback. */
  endpoints(): string[] {
    return [...new Set([...this.#appEndpoints.map(({ pattern }) => pattern), ...this.declared()])];
  }

  /** The `fetch` of a service: the original where it declared itself unrestricted. */
  fetchFor(service: string): ServiceFetch {
    return this.#declared.get(service)?.unrestricted ? this.originalFetch : this.guardedFetch();
  }

  allows(target: Target): boolean {
    if (this.isOpen || isLoopback(target.host)) return true;
    if (this.#appEndpoints.some((endpoint) => matches(endpoint, target))) return true;
    return [...this.#declared.values()].some(({ endpoints }) =>
      endpoints.some((endpoint) => matches(endpoint, target))
    );
  }

  /** @throws RuntimeError `FORBIDDEN` that says what to list and where. */
  require(target: Target, what: string): void {
    if (this.allows(target)) return;
    const shown = shownTarget(target);
    throw new RuntimeError(
      "FORBIDDEN",
      `${what} to ${shown} is not allowed: no endpoint of the network allow-list matches. Add "${target.host}" to ` +
        "security.network.allowedEndpoints in keystone.json, or declare it with .network() in the service that needs it.",
    );
  }

  /** @param url - of a scheme that has a host. @throws RuntimeError `FORBIDDEN`. */
  requireUrl(url: URL, what: string): void {
    if (this.isOpen) return;
    const host = hostOfUrl(url);
    if (host === undefined) {
      throw new RuntimeError("FORBIDDEN", `${what}: "${url.protocol}" names no host that could be allowed`);
    }
    const port = url.port === "" ? DEFAULT_PORTS[url.protocol] : Number(url.port);
    this.require({ host, port }, what);
  }

  /** @param host - as a caller wrote it: a name or an address. @throws RuntimeError `FORBIDDEN`. */
  requireHost(host: unknown, port: unknown, what: string): void {
    if (this.isOpen) return;
    const normal = normalHost(String(host));
    if (normal === undefined) {
      throw new RuntimeError("FORBIDDEN", `${what} to "${String(host)}": this is no host that could be allowed`);
    }
    this.require({ host: normal, port: Number(port) || undefined }, what);
  }

  #tellIfChanged(before: string): void {
    const now = this.declared();
    if (now.join() !== before) this.onDeclared?.(now);
  }
}
