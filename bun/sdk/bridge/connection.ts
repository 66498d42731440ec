import { describe, Emitter } from "../../lib/index.ts";
import type { BunToPage, SocketState } from "../protocol.ts";
import { BackOff } from "./back-off.ts";

/** How long a handshake may take before it is tried again, in milliseconds. */
const HANDSHAKE_LIMIT = 5000;
/** A socket is given up when so many bytes wait for a server that doesn't read. */
const MAX_BUFFERED = 64 * 1024 * 1024;

/**
 * The page's one socket to Bun. It opens on first need and, once lost, comes back by itself: after a back-off, or at once
 * when the host says that Bun is ready, also on another port.
 */
export class Connection {
  readonly onState = new Emitter<SocketState>();
  readonly onMessage = new Emitter<BunToPage>();

  #state: SocketState = "closed";
  #socket: WebSocket | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #started = false;
  #url: string | undefined;
  readonly #backOff: BackOff;
  readonly #open: (url: string) => WebSocket;

  /** `url`: where to connect; `undefined` as long as nobody knows, or for ever where the app runs without Bun. */
  constructor(
    url: string | undefined,
    backOff = new BackOff(),
    open: (url: string) => WebSocket = (address) => new WebSocket(address),
  ) {
    this.#url = url;
    this.#backOff = backOff;
    this.#open = open;
  }

  get state(): SocketState {
    return this.#state;
  }

  /** Connects unless that has been asked for already. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#connect();
  }

  /** Bun answers at `url`: connects at once where there is no open socket to it. */
  serverReady(url: string): void {
    const moved = url !== this.#url;
    this.#url = url;
    this.#backOff.reset();
    if (!this.#started) return;
    const waiting = this.#timer !== undefined && this.#socket === undefined;
    if (moved || waiting || this.#state === "closed") {
      this.#drop();
      this.#connect();
    }
  }

  /** Sends where the socket is open; `false` where it is not. */
  send(text: string): boolean {
    const socket = this.#socket;
    if (this.#state !== "open" || socket?.readyState !== WebSocket.OPEN) return false;
    if (socket.bufferedAmount > MAX_BUFFERED) {
      this.#giveUp(socket);
      return false;
    }
    socket.send(text);
    return true;
  }

  /** Closes for good. */
  close(): void {
    this.#started = false;
    this.#url = undefined;
    this.#drop();
  }

  #connect(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#url === undefined) return;
    this.#setState("connecting");
    let socket: WebSocket;
    try {
      socket = this.#open(this.#url);
    } catch (error) {
      console.error(`[keystone] cannot open ${this.#url}: ${describe(error)}`);
      return this.#setState("closed");
    }
    this.#socket = socket;
    this.#timer = setTimeout(() => this.#lost(socket), HANDSHAKE_LIMIT);
    socket.onopen = () => this.#opened(socket);
    socket.onmessage = (event) => this.#received(socket, event.data);
    socket.onclose = () => this.#lost(socket);
  }

  #opened(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#backOff.reset();
    this.#setState("open");
  }

  #received(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket) return;
    let message: BunToPage;
    try {
      message = JSON.parse(data as string);
    } catch (error) {
      console.error(`[keystone] the server sent a message that is not JSON: ${describe(error)}`);
      return;
    }
    if (typeof message?.type === "string") this.onMessage.emit(message);
    else console.error("[keystone] the server sent a message without a type");
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (this.#started && this.#url !== undefined) {
      this.#timer = setTimeout(() => this.#connect(), this.#backOff.next());
    }
  }

  /** What waits in the socket will not be read, and closing it in order would wait for that. */
  #giveUp(socket: WebSocket): void {
    console.error(`[keystone] ${socket.url} does not read; the connection to it is given up`);
    // Only Bun's sockets have it; a page's goes with the page.
    (socket as { terminate?: () => void }).terminate?.();
    this.#lost(socket);
  }

  /** Lets go of the socket; what it still says is not heard. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    this.#setState("closed");
  }

  #setState(state: SocketState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.onState.emit(state);
  }
}
