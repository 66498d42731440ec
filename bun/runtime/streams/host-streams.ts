/** This process's streams to the host, over the Unix socket that the host listens at. */

import { KeystoneError } from "../../lib/index.ts";
import { type ByteStream, FrameReader, StreamConnection, type StreamOpening } from "../../lib/streams/index.ts";
import type { Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { HOST_ORIGIN, type StreamTable } from "./stream-table.ts";
import { UnixCarrier } from "./unix-carrier.ts";

/** After a connection was lost, in milliseconds. The host itself is gone more often than not, and then this process ends. */
const RETRY_MS = 1000;

/** Opens streams to the host, and takes those that the host opens. */
export interface HostStreams {
  /** Opens a stream to the host's handler of `channel`. What keeps it from opening becomes the stream's failure. */
  open(opening: StreamOpening): ByteStream;
  close(): void;
}

/**
 * Connects to the host for as long as this process runs.
 *
 * @param path - `KEYSTONE_STREAM_SOCKET`; without it, streams to the host fail with `UNAVAILABLE`.
 * @param table - who handles what the host opens.
 */
export function connectHostStreams(path: string | undefined, table: StreamTable, log: Log): HostStreams {
  return new SocketStreams(path, table, log);
}

class SocketStreams implements HostStreams {
  #connection: StreamConnection | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #isClosed = false;

  constructor(
    private readonly path: string | undefined,
    private readonly table: StreamTable,
    private readonly log: Log,
  ) {
    if (path !== undefined) this.#connect(path);
  }

  open(opening: StreamOpening): ByteStream {
    return (this.#connection ?? this.#unavailable()).open(opening);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    this.#connection?.close(new KeystoneError("UNAVAILABLE", "this process is ending"));
  }

  #unavailable(): StreamConnection {
    const connection = this.#newConnection(new UnixCarrier(() => {}));
    connection.close(new KeystoneError("UNAVAILABLE", "this process has no streams to the host"));
    return connection;
  }

  #newConnection(carrier: UnixCarrier): StreamConnection {
    return new StreamConnection(carrier, {
      listens: false,
      peer: "the host",
      accept: (opening) => this.table.handlerOf(opening, HOST_ORIGIN),
      onBreak: (message) => this.log.error(`the host broke the protocol of the streams: ${message}`),
    });
  }

  #connect(path: string): void {
    const carrier = new UnixCarrier(() => connection.room());
    const connection = this.#newConnection(carrier);
    const reader = new FrameReader((kind, stream, payload) => connection.receive(kind, stream, payload));
    this.#connection = connection;
    const lost = (why: string) => this.#lost(path, connection, why);
    Bun.connect({
      unix: path,
      socket: {
        binaryType: "uint8array",
        open: (socket) => carrier.attach(socket),
        data: (_, bytes) => {
          try {
            reader.append(bytes);
          } catch (error) {
            connection.breakOff(error instanceof Error ? error.message : String(error));
          }
        },
        drain: () => carrier.drained(),
        end: () => lost("the host closed the connection"),
        close: () => lost("the connection to the host was lost"),
        error: (_, error) => lost(`the connection to the host was lost: ${error.message}`),
        connectError: (_, error) => lost(`the host can't be reached: ${error.message}`),
      },
      // `connectError` has told it.
    }).catch((error) => this.log.debug(`streams to the host: ${describeError(error)}`));
  }

  #lost(path: string, connection: StreamConnection, why: string): void {
    if (connection !== this.#connection || this.#isClosed) return;
    connection.close(new KeystoneError("UNAVAILABLE", why));
    if (this.#retry !== undefined) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      if (!this.#isClosed) this.#connect(path);
    }, RETRY_MS);
    (this.#retry as { unref?: () => void }).unref?.();
  }
}
