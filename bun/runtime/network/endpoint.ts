/** Hosts and ports: what a pattern of the allow-list means, and how a host is written. */

/** What a connection is for. The port is `undefined` where there is none to tell. */
export interface Target {
  /** As `normalHost` writes it. */
  readonly host: string;
  readonly port: number | undefined;
}

/** A checked pattern of the allow-list. */
export interface Endpoint {
  /** As it was written. */
  readonly pattern: string;
  /** For `*.example.com`: `example.com`. */
  readonly host: string;
  /** Any subdomain of `host`, at any depth, but not `host` itself. */
  readonly wildcard: boolean;
  /** `undefined`: any port. */
  readonly port: number | undefined;
}

const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * One spelling for each host: lower case, no trailing dot, Unicode names in their ASCII form, IPv4 addresses in four
 * decimal parts (`0x7f.1`, `2130706433` and `::ffff:127.0.0.1` are `127.0.0.1`), IPv6 ones short and without brackets.
 *
 * @returns `undefined` for a text that is no host.
 */
export function normalHost(text: string): string | undefined {
  const bare = text.startsWith("[") && text.endsWith("]") ? text.slice(1, -1) : text;
  const isIPv6 = bare.includes(":");
  // A link-local address may name an interface; the interface changes nothing about who is meant.
  const host = isIPv6 ? bare.replace(/%.*$/s, "") : bare;
  // Within an address these begin something else, so the rest would not be part of the host.
  if (host === "" || /[\s/\\?#@%\[\]]/.test(host)) return undefined;
  try {
    return hostOfUrl(new URL(`ws://${isIPv6 ? `[${host}]` : host}/`));
  } catch {
    // Not a host, says the parser of addresses, and that is the answer.
    return undefined;
  }
}

/** The host of an address that was parsed already; `undefined` where it has none. */
export function hostOfUrl(url: URL): string | undefined {
  const { hostname } = url;
  if (!hostname.startsWith("[")) return hostname.replace(/\.$/, "") || undefined;
  const address = hostname.slice(1, -1);
  const mapped = MAPPED_IPV4.exec(address);
  if (!mapped) return address;
  const [high, low] = [parseInt(mapped[1], 16), parseInt(mapped[2], 16)];
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

/** 127.0.0.0/8, ::1 and `localhost`, as `normalHost` writes them. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/**
 * Reads `host`, `host:port`, `*.example.com`, `*.example.com:443`, `[::1]:443`.
 *
 * @throws TypeError that says what is wrong with it.
 */
export function parseEndpoint(pattern: unknown): Endpoint {
  if (typeof pattern !== "string" || pattern.trim() === "") {
    throw new TypeError("an endpoint must be a text like api.example.com");
  }
  const text = pattern.trim();
  if (text.includes("/")) throw new TypeError(`"${text}": write the host alone, without "https://" and without a path`);
  if (text === "*") {
    throw new TypeError('"*" would allow every host: use network mode "open", or .network({ unrestricted: true })');
  }
  const { hostText, portText } = splitPort(text);
  const wildcard = hostText.startsWith("*.");
  const host = normalHost(wildcard ? hostText.slice(2) : hostText);
  if (host === undefined || host.includes("*")) {
    throw new TypeError(`"${text}" is no host, host:port or *.example.com`);
  }
  if (wildcard && !/[a-z]/.test(host.split(".").at(-1) ?? "")) {
    throw new TypeError(`"${text}": an address has no subdomains; list it as it is`);
  }
  return { pattern: text, host, wildcard, port: portText === undefined ? undefined : readPort(portText, text) };
}

export function matches(endpoint: Endpoint, target: Target): boolean {
  if (endpoint.port !== undefined && endpoint.port !== target.port) return false;
  return endpoint.wildcard ? target.host.endsWith(`.${endpoint.host}`) : target.host === endpoint.host;
}

/** For messages: an IPv6 address in brackets, the port where it is known. */
export function shownTarget({ host, port }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return port === undefined ? name : `${name}:${port}`;
}

function splitPort(text: string): { hostText: string; portText: string | undefined } {
  const bracket = text.lastIndexOf("]");
  const colon = text.lastIndexOf(":");
  const isBareIPv6 = bracket < 0 && text.indexOf(":") !== colon;
  if (colon <= bracket || isBareIPv6) return { hostText: text, portText: undefined };
  return { hostText: text.slice(0, colon), portText: text.slice(colon + 1) };
}

function readPort(text: string, pattern: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new TypeError(`"${pattern}": the port must be a number from 1 to 65535`);
  return port;
}
