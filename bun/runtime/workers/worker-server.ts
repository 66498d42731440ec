/** The WebSocket of a worker, for the app's other processes: on 127.0.0.1, for holders of its token, for no page. */

import { bearerToken, isSameToken, type Refusal } from "../http/access.ts";
import { plain } from "../http/respond.ts";
import { socketHandlers } from "../http/server.ts";
import { newPageData, type PageData, type PageSockets } from "../pages/page-socket.ts";
import type { Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";

/** Starts the server on any free port. */
export function startWorkerServer(token: string, sockets: PageSockets, log: Log): BunServer<PageData> {
  const expected = new TextEncoder().encode(token);
  const server: BunServer<PageData> = Bun.serve<PageData>({
    hostname: "127.0.0.1",
    port: 0,
    // Nothing is posted here.
    maxRequestBodySize: 1024,
    fetch: (request, self) => answer(request, self),
    error: (error) => {
      log.error(`a request failed: ${describeError(error)}`);
      return plain(500, "the server failed; its log says why");
    },
    websocket: socketHandlers(sockets),
  });

  function answer(request: Request, self: BunServer<PageData>): Response | undefined {
    const refused = refusal(request, expected, server.port);
    if (refused) return plain(refused.status, refused.reason);
    const url = new URL(request.url);
    if (url.pathname !== "/ws") return plain(404, "there is nothing but /ws here");
    if (self.upgrade(request, { data: newPageData(undefined, sourceOf(url.searchParams.get("from"))) })) {
      return undefined;
    }
    return plain(426, "/ws is for WebSockets");
  }

  return server;
}

function refusal(request: Request, token: Uint8Array, port: number): Refusal {
  // Browsers name the page; no process of the app does.
  if (request.headers.get("origin") !== null) return { status: 403, reason: "not for pages" };
  if (!isSameToken(bearerToken(request) ?? "", token)) return { status: 401, reason: "the worker's token is missing" };
  // A foreign name that resolves to 127.0.0.1 shows in the Host header.
  if (request.headers.get("host") !== `127.0.0.1:${port}`) return { status: 403, reason: "foreign Host" };
  return undefined;
}

/** What the other side calls itself. All who hold the token are processes of the app. */
function sourceOf(name: string | null): string {
  if (!name) return "worker";
  return name === "main" ? name : `worker:${name.slice(0, 128)}`;
}
