/** The server on 127.0.0.1: pages, files, and the pages' socket. */

import {
  MAX_BUFFERED_BYTES,
  MAX_MESSAGE_BYTES,
  newPageData,
  type PageData,
  type PageSocket,
  type PageSockets,
} from "../pages/page-socket.ts";
import type { PageStreams, StreamSocketData } from "../streams/page-streams.ts";
import type { Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { Gate } from "./access.ts";
import { json, plain } from "./respond.ts";
import type { Routes } from "./routes.ts";

/** What a socket carries along: that of `/ws`, or that of `/streams`. */
export type SocketData = PageData | StreamSocketData;

export interface ServerOptions {
  readonly preferredPort: number;
  readonly token: string;
  readonly routes: Routes;
  readonly sockets: PageSockets;
  readonly streams: PageStreams;
  readonly log: Log;
}

/** Starts the server on the preferred port, or on any free one when that is taken. */
export function startServer(options: ServerOptions): BunServer<SocketData> {
  const { preferredPort, log } = options;
  if (preferredPort !== 0) {
    try {
      return serve(preferredPort, options);
    } catch (error) {
      log.info(`port ${preferredPort} can't be used (${describeError(error).split("\n", 1)[0]}); another one is taken`);
    }
  }
  return serve(0, options);
}

/** What the server of `sockets` does with them, and the bounds that it keeps. */
export function socketHandlers(sockets: PageSockets): BunWebSocketHandlers<PageData> {
  return {
    // Over the protocol's own limit, so that a message above it is answered and doesn't end the socket.
    maxPayloadLength: 8 * MAX_MESSAGE_BYTES,
    backpressureLimit: MAX_BUFFERED_BYTES,
    closeOnBackpressureLimit: true,
    perMessageDeflate: false,
    idleTimeout: 120,
    sendPings: true,
    open: (socket) => sockets.opened(socket),
    message: (socket, message) => sockets.received(socket, message),
    close: (socket) => sockets.closed(socket),
  };
}

function serve(port: number, { token, routes, sockets, streams, log }: ServerOptions): BunServer<SocketData> {
  const server: BunServer<SocketData> = Bun.serve<SocketData>({
    hostname: "127.0.0.1",
    port,
    // Nothing is posted here.
    maxRequestBodySize: 1024 * 1024,
    fetch: (request, self) => answer(request, self),
    error: (error) => {
      log.error(`a request failed: ${describeError(error)}`);
      return json(500, { errors: [{ message: "the server failed; its log says why" }] });
    },
    websocket: bothKinds(socketHandlers(sockets), streams),
  });
  const gate = new Gate(token, () => server.port);

  function answer(request: Request, self: BunServer<SocketData>): Response | Promise<Response> | undefined {
    const url = new URL(request.url);
    const isSocket = url.pathname === "/ws" || url.pathname === "/streams";
    const refusal = gate.refusal(request, url, isSocket);
    if (refusal) return plain(refusal.status, refusal.reason);
    if (!isSocket) return routes.answer(request, url);
    const wrongWindow = gate.windowRefusal(request, url);
    if (wrongWindow) return plain(wrongWindow.status, wrongWindow.reason);
    const windowId = url.searchParams.get("window")?.slice(0, 128) || undefined;
    const data = url.pathname === "/ws" ? newPageData(windowId) : { kind: "streams" as const, windowId };
    if (self.upgrade(request, { data })) return undefined;
    return plain(426, `${url.pathname} is for WebSockets`);
  }

  return server;
}

/** The handlers of `/ws`, with those of `/streams` beside them. */
function bothKinds(
  pages: BunWebSocketHandlers<PageData>,
  streams: PageStreams,
): BunWebSocketHandlers<SocketData> {
  return {
    ...pages,
    open: (socket) => isStreams(socket) ? streams.opened(socket) : pages.open?.(socket as PageSocket),
    message: (socket, message) =>
      isStreams(socket) ? streams.received(socket, message) : pages.message(socket as PageSocket, message),
    drain: (socket) => isStreams(socket) ? streams.drained(socket) : pages.drain?.(socket as PageSocket),
    close: (socket, code, reason) =>
      isStreams(socket) ? streams.closed(socket) : pages.close?.(socket as PageSocket, code, reason),
  };
}

function isStreams(socket: BunServerWebSocket<SocketData>): socket is BunServerWebSocket<StreamSocketData> {
  return "kind" in socket.data;
}
