/** The way out of a sandbox: the host's proxy behind a Unix socket, which `fetch` and `WebSocket` find by its address here. */

import type { Socket } from "node:net";
import type { NetworkPolicy } from "./policy.ts";

/**
 * Listens on this network namespace's own loopback and hands every connection on to the proxy at `path`. What honours
 * the usual variables (`fetch`) uses it by itself, a `WebSocket` is told to by its guard; other sockets have no way out.
 */
export async function connectEgress(path: string, policy: NetworkPolicy): Promise<void> {
  const { connect, createServer } = process.getBuiltinModule("node:net");
  const server = createServer(
    { allowHalfOpen: true },
    (client) => join(client, connect({ path, allowHalfOpen: true })),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  server.unref();
  const { port } = server.address() as { port: number };
  const proxy = `http://127.0.0.1:${port}`;
  for (const name of ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"]) process.env[name] = proxy;
  for (const name of ["NO_PROXY", "no_proxy"]) process.env[name] = "localhost,127.0.0.1,::1";
  policy.proxy = proxy;
}

/** Both directions, each as fast as its reader; the end of one with an error ends the other. */
function join(client: Socket, proxy: Socket): void {
  client.pipe(proxy);
  proxy.pipe(client);
  client.on("error", () => proxy.destroy());
  proxy.on("error", () => client.destroy());
  client.on("close", () => proxy.destroy());
  proxy.on("close", () => client.destroy());
}
