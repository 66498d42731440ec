/** Frames over a Unix socket: each with its length before it, many in one write. */

import { type Carrier, HEADER, PREFIX, putHeader, putUint32 } from "../../lib/streams/index.ts";

/** Above so many unsent bytes, chunks wait. */
const HIGH_WATER = 256 * 1024;
/** From so many bytes on, a payload is not copied behind its header but written by itself. */
const WORTH_A_WRITE = 16 * 1024;
const STAGE = 2 * HIGH_WATER + 64;

export class UnixCarrier implements Carrier {
  #socket: BunSocket | undefined;
  #isClosed = false;
  /** Unsent bytes lie from `#start` to `#end`. */
  #staged = new Uint8Array(0);
  #start = 0;
  #end = 0;
  readonly #header = new Uint8Array(PREFIX + HEADER);
  /** The socket takes no more until it says so. */
  #isBlocked = true;
  #isScheduled = false;
  #isFlushing = false;

  /** @param onRoom - called when chunks may be sent again. */
  constructor(private readonly onRoom: () => void) {}

  get waiting(): number {
    return this.#end - this.#start;
  }

  get hasRoom(): boolean {
    return !this.#isBlocked && this.waiting < HIGH_WATER;
  }

  /** The socket is connected. */
  attach(socket: BunSocket): void {
    if (this.#isClosed) return socket.end();
    this.#socket = socket;
    this.drained();
  }

  send(kind: number, stream: number, payload: Uint8Array): void {
    if (this.#isClosed) return;
    // Before the header is made: other streams may send from within.
    const isDirect = payload.length >= WORTH_A_WRITE && this.#mayWrite();
    const header = this.#header;
    putHeader(header, putUint32(header, 0, HEADER + payload.length), kind, stream);
    if (isDirect) {
      if (this.#write(header)) this.#write(payload);
      else this.#stage(payload);
      return;
    }
    this.#stage(header);
    this.#stage(payload);
    if (this.waiting >= HIGH_WATER) this.#flush();
    else this.#flushSoon();
  }

  /** Whether bytes may go to the socket past the stage. */
  #mayWrite(): boolean {
    if (this.#isFlushing || this.#isBlocked) return false;
    this.#flush();
    return !this.#isBlocked && this.#socket !== undefined;
  }

  /** Writes past the stage; what the socket doesn't take is staged. Answers whether it took all. */
  #write(bytes: Uint8Array): boolean {
    const written = Math.max(0, this.#socket?.write(bytes) ?? 0);
    if (written === bytes.length) return true;
    this.#isBlocked = true;
    this.#stage(bytes.subarray(written));
    return false;
  }

  #stage(bytes: Uint8Array): void {
    this.#makeSpace(bytes.length);
    this.#staged.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** The socket takes bytes again. */
  drained(): void {
    this.#isBlocked = false;
    this.#flush();
  }

  close(): void {
    this.#isClosed = true;
    // What is staged already, a `reset` mostly, still goes out where the socket takes it.
    this.#flush();
    this.#socket?.end();
    this.#socket = undefined;
    this.#staged = new Uint8Array(0);
    this.#start = this.#end = 0;
  }

  #makeSpace(size: number): void {
    if (this.#end + size <= this.#staged.length) return;
    const waiting = this.waiting;
    if (waiting + size <= this.#staged.length) {
      this.#staged.copyWithin(0, this.#start, this.#end);
    } else {
      const larger = new Uint8Array(Math.max(STAGE, 2 * (waiting + size)));
      larger.set(this.#staged.subarray(this.#start, this.#end));
      this.#staged = larger;
    }
    this.#start = 0;
    this.#end = waiting;
  }

  /** After what is going on now, so that small frames go together. */
  #flushSoon(): void {
    if (this.#isScheduled || this.#isBlocked) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    if (this.#isFlushing || this.#socket === undefined) return;
    this.#isFlushing = true;
    while (!this.#isBlocked && this.#end > this.#start) {
      // Less than asked for means that the socket is full; it says when it is not. Below zero it is closed, and says so.
      const written = Math.max(0, this.#socket.write(this.#staged.subarray(this.#start, this.#end)));
      this.#start += written;
      this.#isBlocked = this.#start < this.#end;
      if (!this.#isBlocked) this.#start = this.#end = 0;
      if (this.hasRoom && !this.#isClosed) this.onRoom();
    }
    this.#isFlushing = false;
  }
}
