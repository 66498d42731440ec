import { KeystoneError } from "../../lib/index.ts";
import { type ByteStream, type Carrier, messageOf, receiveMessage, StreamConnection } from "../../lib/streams/index.ts";

/** A stream of bytes between this page and a service, as a pair of web streams. */
export type BrowserStream = ByteStream;

/**
 * Above so many bytes in the socket, chunks wait. One stream never gets there, its credit is used up before; many together
 * would.
 */
const HIGH_WATER = 2 * 1024 * 1024;
/** How often a full socket is looked at, in milliseconds: a browser's WebSocket doesn't say when it has sent. */
const LOOK_AGAIN = 5;

/** The page's streams to Bun, over one socket that opens with the first of them. */
export class Streams {
  #url: string | undefined;
  #unavailable: string;
  #connection: StreamConnection | undefined;

  /** @param unavailable - why there are no streams, as long as there is no `url`. */
  constructor(url: string | undefined, unavailable: string) {
    this.#url = url;
    this.#unavailable = unavailable;
  }

  /** Bun answers at `url` from now on; `undefined` with the reason why it does not. */
  moved(url: string | undefined, unavailable = "Bun is not running"): void {
    if (url === this.#url) return;
    this.#url = url;
    this.#unavailable = unavailable;
  }

  /** Opens a stream to the service that takes `channel`. What keeps it from opening becomes its failure. */
  open(channel: string, data?: unknown): BrowserStream {
    if (this.#connection === undefined || this.#connection.failure) this.#connection = this.#connect();
    return this.#connection.open({ channel, data });
  }

  #connect(): StreamConnection {
    const carrier = new WebSocketCarrier(() => connection.room());
    const connection = new StreamConnection(carrier, {
      listens: false,
      peer: "Bun",
      accept: () => {
        throw new KeystoneError("NO_HANDLER", "pages take no streams");
      },
      onBreak: (message) => console.error(`[keystone] Bun broke the protocol of the streams: ${message}`),
    });
    if (this.#url === undefined) connection.close(new KeystoneError("UNAVAILABLE", this.#unavailable));
    else carrier.connect(this.#url, connection);
    return connection;
  }
}

class WebSocketCarrier implements Carrier {
  #socket: WebSocket | undefined;
  #isClosed = false;
  /** Frames that were sent before the socket was open. */
  #early: Uint8Array<ArrayBuffer>[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onRoom: () => void) {}

  get waiting(): number {
    return this.#socket?.bufferedAmount ?? 0;
  }

  get hasRoom(): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    if (this.#socket.bufferedAmount < HIGH_WATER) return true;
    this.#lookAgain();
    return false;
  }

  connect(url: string, connection: StreamConnection): void {
    const lost = (why: string) => connection.close(new KeystoneError("UNAVAILABLE", why));
    let socket: WebSocket;
    try {
      socket = new WebSocket(url);
    } catch (error) {
      return lost(`no socket for streams: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      for (const frame of this.#early) socket.send(frame);
      this.#early = [];
      this.onRoom();
    };
    socket.onmessage = ({ data }) => receiveMessage(connection, typeof data === "string" ? data : new Uint8Array(data));
    socket.onclose = () => lost("the connection to Bun was lost");
  }

  send(kind: number, stream: number, payload: Uint8Array): void {
    if (this.#isClosed) return;
    const frame = messageOf(kind, stream, payload);
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
    else this.#early.push(frame);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#early = [];
    this.#socket?.close();
  }

  #lookAgain(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      if (this.#isClosed) return;
      if (this.hasRoom) this.onRoom();
    }, LOOK_AGAIN);
  }
}
