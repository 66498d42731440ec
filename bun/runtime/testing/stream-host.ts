/** The host's end of the stream socket, for tests: listens, and keeps the connection of whoever came last. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KeystoneError } from "../../lib/index.ts";
import { type ConnectionOptions, FrameReader, StreamConnection } from "../../lib/streams/index.ts";
import { UnixCarrier } from "../streams/unix-carrier.ts";

interface Client {
  readonly connection: StreamConnection;
  readonly carrier: UnixCarrier;
  readonly socket: BunSocket;
}

export class StreamHost {
  readonly #directory = mkdtempSync(join(tmpdir(), "keystone-streams-"));
  readonly path = join(this.#directory, "streams");
  readonly breaks: string[] = [];
  readonly #clients = new Map<BunSocket, Client & { reader: FrameReader }>();
  readonly #listener: BunListener;
  #waiting: ((client: Client) => void)[] = [];
  #latest: Client | undefined;

  constructor(accept: ConnectionOptions["accept"]) {
    this.#listener = Bun.listen({
      unix: this.path,
      socket: {
        binaryType: "uint8array",
        open: (socket) => this.#opened(socket, accept),
        data: (socket, bytes) => this.#clients.get(socket)?.reader.append(bytes),
        drain: (socket) => this.#clients.get(socket)?.carrier.drained(),
        close: (socket) => {
          this.#clients.get(socket)?.connection.close(new KeystoneError("UNAVAILABLE", "the client went away"));
          this.#clients.delete(socket);
        },
      },
    });
  }

  /** The connection of the process, once it is there. */
  client(): Promise<Client> {
    if (this.#latest) return Promise.resolve(this.#latest);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Ends the connection that there is; the next `client()` is the one after it. */
  disconnect(): void {
    this.#latest?.connection.close(new KeystoneError("UNAVAILABLE", "the test says so"));
    this.#latest = undefined;
  }

  close(): void {
    this.#listener.stop(true);
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #opened(socket: BunSocket, accept: ConnectionOptions["accept"]): void {
    const carrier = new UnixCarrier(() => connection.room());
    const connection = new StreamConnection(carrier, {
      listens: true,
      peer: "the client",
      accept,
      onBreak: (message) => this.breaks.push(message),
    });
    const reader = new FrameReader((kind, stream, payload) => connection.receive(kind, stream, payload));
    const client = { connection, carrier, socket, reader };
    this.#clients.set(socket, client);
    this.#latest = client;
    carrier.attach(socket);
    for (const resolve of this.#waiting.splice(0)) resolve(client);
  }
}
