/** The pages' sockets for streams: `/streams`, one frame a binary message. */

import { KeystoneError } from "../../lib/index.ts";
import { type Carrier, messageOf, receiveMessage, StreamConnection } from "../../lib/streams/index.ts";
import type { Log } from "../wire/log.ts";
import type { StreamTable } from "./stream-table.ts";

/** Above so many unsent bytes, chunks wait. */
const HIGH_WATER = 512 * 1024;

/** What a socket for streams carries along. */
export interface StreamSocketData {
  readonly kind: "streams";
  readonly windowId: string | undefined;
  connection?: StreamConnection;
}

type StreamSocket = BunServerWebSocket<StreamSocketData>;

export class PageStreams {
  readonly #open = new Set<StreamConnection>();

  constructor(private readonly table: StreamTable, private readonly log: Log) {}

  opened(socket: StreamSocket): void {
    const { windowId } = socket.data;
    const source = windowId === undefined ? "web" : `window:${windowId}`;
    const connection = new StreamConnection(new SocketCarrier(socket), {
      listens: true,
      peer: "the page",
      accept: (opening) => this.table.handlerOf({ ...opening, service: undefined }, { source, windowId }),
      onBreak: (message) => this.log.warning(`the page of ${source} broke the protocol of the streams: ${message}`),
    });
    socket.data.connection = connection;
    this.#open.add(connection);
  }

  received(socket: StreamSocket, message: string | Uint8Array): void {
    if (socket.data.connection) receiveMessage(socket.data.connection, message);
  }

  drained(socket: StreamSocket): void {
    socket.data.connection?.room();
  }

  closed(socket: StreamSocket): void {
    const { connection } = socket.data;
    if (!connection) return;
    this.#open.delete(connection);
    connection.close(new KeystoneError("UNAVAILABLE", "the page went away"));
  }

  /** Open connections, for tests. */
  get size(): number {
    return this.#open.size;
  }
}

class SocketCarrier implements Carrier {
  constructor(private readonly socket: StreamSocket) {}

  get waiting(): number {
    return this.socket.getBufferedAmount();
  }

  get hasRoom(): boolean {
    return this.waiting < HIGH_WATER;
  }

  send(kind: number, stream: number, payload: Uint8Array): void {
    this.socket.send(messageOf(kind, stream, payload));
  }

  close(): void {
    // 1002: protocol error; a socket that is closed already ignores it.
    this.socket.close(1002);
  }
}
