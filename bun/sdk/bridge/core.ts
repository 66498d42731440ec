import { Emitter } from "../../lib/index.ts";
import type { BunStateEvent, KeystonePageInfo } from "../protocol.ts";
import { BunLink } from "./bun-link.ts";
import { Connection } from "./connection.ts";
import { HostLink } from "./host-link.ts";
import { Streams } from "./streams.ts";
import { ThemeState } from "./theme-state.ts";

/** What all copies of the bridge in a page share: the links to the host and to Bun, and the state that came over them. */
export interface Core {
  readonly info: KeystonePageInfo | undefined;
  readonly host: HostLink;
  readonly connection: Connection;
  readonly bun: BunLink;
  readonly streams: Streams;
  readonly theme: ThemeState;
  readonly onBunState: Emitter<BunStateEvent>;
  /** The global `fetch` before it was patched, once it is. */
  originalFetch?: typeof fetch;
  /** What the host tells by `__hostEvent`. */
  hostEvent(name: string, data: unknown): void;
}

/** Makes a core for a page. `origin` is the page's own, by which it reaches Bun until the host names another port. */
export function createCore(info: KeystonePageInfo | undefined, origin: string): Core {
  const served = info !== undefined && info.bun !== false;
  const connection = new Connection(served ? socketUrl(origin, info) : undefined);
  const bun = new BunLink(connection, served ? undefined : whyNoBun(info));
  const streams = new Streams(served ? socketUrl(origin, info, "streams") : undefined, whyNoBun(info));
  const onBunState = new Emitter<BunStateEvent>();

  function bunEvent(event: BunStateEvent): void {
    if (!served) return;
    bun.bunState(event);
    if (event.state === "ready") {
      const server = event.port ? `http://127.0.0.1:${event.port}` : origin;
      const url = socketUrl(server, info);
      if (url !== undefined) connection.serverReady(url);
      streams.moved(socketUrl(server, info, "streams"));
    }
    onBunState.emit(event);
  }

  return {
    info,
    host: new HostLink(),
    connection,
    bun,
    streams,
    theme: new ThemeState(info?.theme, info?.colorScheme),
    onBunState,
    hostEvent(name, data) {
      if (name === "bun") bunEvent((data ?? {}) as BunStateEvent);
      else bun.channels.deliver(name, data);
    },
  };
}

/** One core a page, under a symbol that every copy of this module finds: each slot's bundle may hold one. */
export function sharedCore(): Core {
  const key = Symbol.for("keystone.bridge/1");
  const global = globalThis as { [key: symbol]: Core | undefined };
  return global[key] ??= createCore(globalThis.__keystone, globalThis.location?.origin ?? "");
}

function socketUrl(origin: string, info: KeystonePageInfo, path = "ws"): string | undefined {
  if (!/^https?:\/\//.test(origin)) return undefined;
  const query = new URLSearchParams({ window: info.windowId });
  if (info.ticket !== undefined) query.set("ticket", info.ticket);
  return `${origin.replace(/^http/, "ws")}/${path}?${query}`;
}

function whyNoBun(info: KeystonePageInfo | undefined): string {
  return info === undefined ? "this page does not run in a Keystone window" : "this app runs without Bun";
}
