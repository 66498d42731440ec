import { defineService } from "@keystone/sdk/service";

/** A bare WebSocket that echoes, beside the worker's own. */
const bare = Bun.serve<undefined>({
  hostname: "127.0.0.1",
  port: 0,
  fetch: (request, server) => server.upgrade(request) ? undefined : new Response(null, { status: 426 }),
  websocket: { message: (socket, message) => void socket.send(message), perMessageDeflate: false },
});

export default defineService("echo")
  .query((args) => args)
  .handle("echo:port", () => bare.port)
  .onStop(() => bare.stop(true))
  .build();
