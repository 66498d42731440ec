/** Who may speak to the server: the token's holders, from this machine, from this origin. */

import { SESSION_COOKIE } from "../../sdk/protocol.ts";

/** Why a request is refused; `undefined` where it is not. */
export type Refusal = { status: 401 | 403; reason: string } | undefined;

const MAX_WINDOW_LENGTH = 128;

export class Gate {
  readonly #token: Uint8Array;

  constructor(private readonly token: string, private readonly port: () => number) {
    this.#token = new TextEncoder().encode(token);
  }

  /**
   * Checks the token first, so that nobody without it learns anything else.
   *
   * @param allowsQueryToken - for sockets: clients that are no pages can't always set headers there.
   */
  refusal(request: Request, url: URL, allowsQueryToken: boolean): Refusal {
    if (!this.#hasToken(request, url, allowsQueryToken)) {
      return { status: 401, reason: "the session's token is missing" };
    }
    // A foreign name that resolves to 127.0.0.1 (DNS rebinding) shows in the Host header.
    if (!this.#isOwnAuthority(request.headers.get("host"))) return { status: 403, reason: "foreign Host" };
    const origin = request.headers.get("origin");
    if (origin !== null && !this.#isOwnOrigin(origin)) return { status: 403, reason: "foreign Origin" };
    // What a foreign page embeds carries no Origin; another port counts as the same site, and so gets the cookie.
    const site = request.headers.get("sec-fetch-site");
    if (site === "cross-site" || site === "same-site") return { status: 403, reason: "foreign page" };
    return undefined;
  }

  /**
   * Why a socket may not be that of the window that it names: all pages have the cookie, and each has the ticket of its own
   * window alone. Who has the token itself may name any.
   */
  windowRefusal(request: Request, url: URL): Refusal {
    const window = url.searchParams.get("window") ?? "";
    if (window === "" || this.#showsToken(request, url, true)) return undefined;
    if (window.length <= MAX_WINDOW_LENGTH) {
      const ticket = new Bun.CryptoHasher("sha256", this.token).update(`window:${window}`).digest("hex");
      if (isSameToken(url.searchParams.get("ticket") ?? "", new TextEncoder().encode(ticket))) return undefined;
    }
    return { status: 403, reason: "this page is not of the window that it names" };
  }

  #hasToken(request: Request, url: URL, allowsQueryToken: boolean): boolean {
    for (const cookie of cookieValues(request.headers.get("cookie") ?? "")) if (this.#isToken(cookie)) return true;
    return this.#showsToken(request, url, allowsQueryToken);
  }

  /** Whether it has the token other than as a cookie, which the browser adds by itself. */
  #showsToken(request: Request, url: URL, allowsQueryToken: boolean): boolean {
    const bearer = bearerToken(request);
    if (bearer !== undefined && this.#isToken(bearer)) return true;
    return allowsQueryToken && this.#isToken(url.searchParams.get("token") ?? "");
  }

  #isToken(candidate: string): boolean {
    return isSameToken(candidate, this.#token);
  }

  #isOwnAuthority(host: string | null): boolean {
    return host === `127.0.0.1:${this.port()}` || host === `localhost:${this.port()}`;
  }

  #isOwnOrigin(origin: string): boolean {
    return origin === `http://127.0.0.1:${this.port()}` || origin === `http://localhost:${this.port()}`;
  }
}

/** Takes as long for a wrong token as for the right one. */
export function isSameToken(candidate: string, token: Uint8Array): boolean {
  const bytes = new TextEncoder().encode(candidate);
  if (bytes.length !== token.length) return false;
  let difference = 0;
  for (let index = 0; index < bytes.length; index++) difference |= (bytes[index] ?? 0) ^ (token[index] ?? 0);
  return difference === 0;
}

export function bearerToken(request: Request): string | undefined {
  return /^bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "")?.[1];
}

function* cookieValues(header: string): Iterable<string> {
  for (const pair of header.split(";")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && pair.slice(0, equals).trim() === SESSION_COOKIE) yield pair.slice(equals + 1).trim();
  }
}
