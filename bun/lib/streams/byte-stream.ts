import { fromWireError, KeystoneError, toWireError } from "../errors.ts";
import {
  decodeError,
  encodeError,
  FrameKind,
  MAX_CREDIT,
  ProtocolBreak,
  type StreamOpening,
  uint32,
  WINDOW,
} from "./frame.ts";
import { ChunkQueue } from "./chunk-queue.ts";

/**
 * A pair of byte directions to another process, opened on a channel. Each direction keeps its order; where bytes are cut
 * into chunks means nothing. Neither side can run ahead of the other by more than a few mebibytes.
 */
export interface ByteStream {
  readonly channel: string;
  /** What the opener said to the handler. Untrusted. */
  readonly data: unknown;
  /** What the other side writes. Cancelling it makes the other side's writes fail; writing goes on. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Takes `Uint8Array`s and other views and buffers. A write resolves when its last byte is on its way: its buffer may be
   * used again then. Closing it lets the other side read to the end; reading goes on. Aborting it resets the stream.
   */
  readonly writable: WritableStream<ArrayBufferView | ArrayBuffer>;
  /** Resolves when the other side's handler has the stream, and rejects when it is refused. Nothing need wait for it. */
  readonly opened: Promise<void>;
  /** Resolves when both directions have ended, or `cancel` was called; rejects with what broke the stream off. */
  readonly closed: Promise<void>;
  /** Ends both directions at once; the other side's fail with `ABORTED`, or the `KeystoneError` that is given. */
  cancel(reason?: unknown): void;
}

/** What a stream needs of its connection. */
export interface StreamLine {
  readonly hasRoom: boolean;
  send(kind: number, stream: number, payload?: Uint8Array): void;
  /** Calls the stream's `pump` when its turn has come. */
  waitForRoom(stream: StreamEnd): void;
  /** Whether others wait for their turns. */
  readonly isCrowded: boolean;
  /** The stream is over: no frames of it mean anything any more. */
  over(stream: StreamEnd): void;
  credit(stream: number, bytes: number): void;
}

/** What a reader that reads gives on top of the first window: a page's answers are under way for milliseconds. */
const MORE = 3 * WINDOW;
/** Bytes that a stream sends in its turn, where others wait. */
const TURN = 64 * 1024;
const MAX_PIECE = 256 * 1024;

type Side = "open" | "ended" | "stopped";

/** This side's end of a stream. */
export class StreamEnd implements ByteStream {
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly writable: WritableStream<ArrayBufferView | ArrayBuffer>;
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;

  #reading: Side = "open";
  #writing: Side = "open";
  /** Whether the connection still knows it. */
  #isOnWire = true;
  #isAccepted: boolean;
  #failure: KeystoneError | undefined;

  #sendCredit = WINDOW;
  #receiveCredit = WINDOW;
  /** Bytes that were read here and that the other side has no credit for yet. */
  #unreturned = 0;
  #hasRead = false;
  readonly #inbox = new ChunkQueue();
  /** A reader waits for the next bytes. */
  #isWanted = false;
  #write: { bytes: Uint8Array; resolve: () => void; reject: (error: unknown) => void } | undefined;

  /** `end` follows the write that waits. */
  #endsAfterWrite = false;

  #reader!: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>;
  #writer!: WritableStreamDefaultController;
  #opened = settler();
  #closed = settler();

  constructor(
    readonly id: number,
    private readonly line: StreamLine,
    private readonly opening: StreamOpening,
    isAccepted: boolean,
  ) {
    this.#isAccepted = isAccepted;
    this.opened = this.#opened.promise;
    this.closed = this.#closed.promise;
    if (isAccepted) this.#opened.resolve();
    this.readable = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => void (this.#reader = controller),
      pull: () => this.#pull(),
      cancel: () => this.#stopReading(),
    }, { highWaterMark: 0 });
    this.writable = new WritableStream<ArrayBufferView | ArrayBuffer>({
      start: (controller) => void (this.#writer = controller),
      write: (chunk) => this.#begin(bytesOf(chunk)),
      close: () => this.#finish(),
      abort: (reason) => this.cancel(reason),
    }, { highWaterMark: MAX_PIECE, size: (chunk) => (chunk as ArrayBuffer)?.byteLength || 1 });
  }

  get channel(): string {
    return this.opening.channel;
  }

  get data(): unknown {
    return this.opening.data;
  }

  cancel(reason?: unknown): void {
    const error = reason === undefined
      ? new KeystoneError("ABORTED", `the stream "${this.channel}" was cancelled`)
      : fromWireError(toWireError(reason, { code: "ABORTED" }));
    this.reset(error);
  }

  /** Ends both directions at once and tells the other side why. */
  reset(error: KeystoneError): void {
    if (!this.#isOnWire) return;
    this.line.send(FrameKind.reset, this.id, encodeError(toWireError(error)));
    this.#closed.resolve();
    this.#fail(error);
  }

  /** Ends both directions in order: what was written arrives, what was not read is dropped. */
  end(): void {
    if (this.#reading === "open") {
      this.#stopReading();
      this.#reader.close();
    }
    // A writer that is still there can write no more; otherwise what waits in the stream goes first.
    if (this.writable.locked) this.#endSoon();
    else void this.writable.close().catch(() => {});
  }

  /** Breaks it off without a word to the other side, which is gone. */
  fail(error: KeystoneError): void {
    this.#fail(error);
  }

  /** A frame of this stream came. @throws ProtocolBreak */
  receive(kind: number, payload: Uint8Array): void {
    switch (kind) {
      case FrameKind.chunk:
        return this.#receiveChunk(payload as Uint8Array<ArrayBuffer>);
      case FrameKind.credit:
        return this.#receiveCredits(uint32(payload, 0));
      case FrameKind.accept:
        if (this.#isAccepted) throw new ProtocolBreak('"accept" out of turn');
        this.#isAccepted = true;
        return this.#opened.resolve();
      case FrameKind.end:
        return this.#receiveEnd();
      case FrameKind.stop:
        return this.#receiveStop();
      case FrameKind.reset:
        return this.#receiveReset(fromWireError(decodeError(payload)));
    }
  }

  // -- Reading --------------------------------------------------------------------------------------------------------

  #pull(): void {
    const chunk = this.#inbox.shift() as Uint8Array<ArrayBuffer> | undefined;
    if (chunk === undefined) {
      this.#isWanted = true;
      return;
    }
    this.#reader.enqueue(chunk);
    this.#taken(chunk.length);
    this.#closeReaderAtEnd();
  }

  #receiveChunk(payload: Uint8Array<ArrayBuffer>): void {
    if (this.#reading === "ended") throw new ProtocolBreak('"chunk" after "end"');
    if (payload.length > this.#receiveCredit) {
      throw new ProtocolBreak(`${payload.length} bytes with ${this.#receiveCredit} of credit`);
    }
    this.#receiveCredit -= payload.length;
    if (this.#reading === "stopped") return;
    if (!this.#isWanted) return this.#inbox.push(payload);
    // The next pull may come while this one's bytes are handed over.
    this.#isWanted = false;
    this.#reader.enqueue(payload);
    this.#taken(payload.length);
  }

  #taken(bytes: number): void {
    this.#unreturned += this.#hasRead ? bytes : bytes + MORE;
    this.#hasRead = true;
    if (this.#unreturned < WINDOW / 4 || this.#reading !== "open" || !this.#isOnWire) return;
    this.#receiveCredit += this.#unreturned;
    this.line.credit(this.id, this.#unreturned);
    this.#unreturned = 0;
  }

  #receiveEnd(): void {
    if (this.#reading === "ended") throw new ProtocolBreak('"end" twice');
    if (this.#reading === "stopped") return;
    this.#reading = "ended";
    this.#closeReaderAtEnd();
    this.#settle();
  }

  #closeReaderAtEnd(): void {
    if (this.#reading === "ended" && this.#inbox.isEmpty) {
      this.#reader.close();
      this.line.over(this);
    }
  }

  #stopReading(): void {
    this.#inbox.clear();
    if (this.#reading !== "open") return this.line.over(this);
    this.#reading = "stopped";
    if (this.#isOnWire) this.line.send(FrameKind.stop, this.id);
    this.#settle();
  }

  // -- Writing --------------------------------------------------------------------------------------------------------

  #begin(bytes: Uint8Array): Promise<void> | void {
    if (this.#failure) throw this.#failure;
    if (this.#writing !== "open" || this.#endsAfterWrite) {
      throw new KeystoneError("ABORTED", `the handler of the stream "${this.channel}" has returned`);
    }
    if (bytes.length === 0) return;
    const rest = this.#isCrowdedOut() ? bytes : this.#sendFrom(bytes);
    if (rest === undefined) return;
    const { promise, resolve, reject } = settler();
    this.#write = { bytes: rest, resolve, reject };
    if (this.#sendCredit > 0) this.line.waitForRoom(this);
    return promise;
  }

  /** Goes on with the write that waits; called when there is room, or credit. */
  pump(): void {
    const write = this.#write;
    if (write === undefined) return;
    const rest = this.#sendFrom(write.bytes);
    if (rest === undefined) {
      this.#write = undefined;
      write.resolve();
      return this.#endsAfterWrite ? this.#finish() : undefined;
    }
    write.bytes = rest;
    if (this.#sendCredit > 0) this.line.waitForRoom(this);
  }

  #isCrowdedOut(): boolean {
    return !this.line.hasRoom || this.line.isCrowded;
  }

  /** Sends what credit and room allow; returns what is left, if anything. */
  #sendFrom(bytes: Uint8Array): Uint8Array | undefined {
    let at = 0;
    const limit = this.line.isCrowded ? Math.min(TURN, bytes.length) : bytes.length;
    while (at < limit && this.#sendCredit > 0 && this.line.hasRoom) {
      const size = Math.min(bytes.length - at, this.#sendCredit, this.line.isCrowded ? TURN : MAX_PIECE);
      this.line.send(
        FrameKind.chunk,
        this.id,
        at === 0 && size === bytes.length ? bytes : bytes.subarray(at, at + size),
      );
      this.#sendCredit -= size;
      at += size;
    }
    return at === bytes.length ? undefined : bytes.subarray(at);
  }

  #receiveCredits(bytes: number): void {
    if (bytes === 0 || this.#sendCredit + bytes > MAX_CREDIT) {
      throw new ProtocolBreak(`"credit" of ${bytes} over ${this.#sendCredit}`);
    }
    const waited = this.#sendCredit === 0;
    this.#sendCredit += bytes;
    if (!waited || this.#write === undefined) return;
    if (this.#isCrowdedOut()) this.line.waitForRoom(this);
    else this.pump();
  }

  #receiveStop(): void {
    if (this.#writing !== "open") return;
    this.#writing = "stopped";
    this.#endWrites(new KeystoneError("ABORTED", `the other side of the stream "${this.channel}" reads no more`));
    this.#settle();
  }

  #finish(): void {
    if (this.#failure) throw this.#failure;
    if (this.#writing !== "open") return;
    this.#writing = "ended";
    this.line.send(FrameKind.end, this.id);
    this.#settle();
  }

  #endSoon(): void {
    this.#endsAfterWrite = true;
    if (this.#write === undefined && !this.#failure) this.#finish();
  }

  #endWrites(error: KeystoneError): void {
    const write = this.#write;
    this.#write = undefined;
    write?.reject(error);
    this.#writer.error(error);
  }

  // -- The end ----------------------------------------------------------------------------------------------------------

  /** What was not read yet is of no account any more. */
  #receiveReset(error: KeystoneError): void {
    if (this.hasUnread) this.#reading = "open";
    this.#fail(error);
  }

  /** Both directions may have ended in order. */
  #settle(): void {
    if (this.#reading === "open" || this.#writing === "open") return;
    this.#isOnWire = false;
    this.#opened.resolve();
    this.#closed.resolve();
    this.line.over(this);
  }

  #fail(error: KeystoneError): void {
    if (!this.#isOnWire) return;
    this.#isOnWire = false;
    this.#failure = error;
    this.#opened.reject(error);
    this.#closed.reject(error);
    // What came whole can still be read.
    if (this.#reading === "open") {
      this.#inbox.clear();
      this.#reader.error(error);
    }
    if (this.#writing === "open") this.#endWrites(error);
    this.line.over(this);
  }

  get isOnWire(): boolean {
    return this.#isOnWire;
  }

  /** Whether its holder has bytes to read, after its end too. */
  get hasUnread(): boolean {
    return this.#reading === "ended" && !this.#inbox.isEmpty;
  }
}

/** @throws TypeError for what is no bytes. */
function bytesOf(chunk: unknown): Uint8Array {
  if (chunk instanceof Uint8Array) return chunk;
  if (ArrayBuffer.isView(chunk)) return new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (chunk instanceof ArrayBuffer) return new Uint8Array(chunk);
  throw new TypeError(
    "a stream takes bytes: a Uint8Array, another view, or an ArrayBuffer. Encode texts with TextEncoder.",
  );
}

function settler() {
  let resolve!: () => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  // Whoever does not wait for it hears of the failure from what they do wait for.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
