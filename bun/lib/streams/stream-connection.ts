import { fromWireError, KeystoneError, toWireError } from "../errors.ts";
import { type ByteStream, StreamEnd, type StreamLine } from "./byte-stream.ts";
import {
  decodeOpening,
  encodeError,
  encodeOpening,
  FrameKind,
  MAX_STREAMS,
  NOTHING,
  ProtocolBreak,
  putUint32,
  type StreamOpening,
} from "./frame.ts";

/** What moves the frames of a connection. */
export interface Carrier {
  /** Whether chunks may be sent now. When it has been `false`, the connection's `room` is called once it is `true`. */
  readonly hasRoom: boolean;
  /** Bytes that were handed over and have not left yet. */
  readonly waiting: number;
  /** Takes a frame; `payload` is the caller's again when it returns. */
  send(kind: number, stream: number, payload: Uint8Array): void;
  close(): void;
}

export interface ConnectionOptions {
  /** The listening side's streams have even ids, the connecting side's odd ones. */
  readonly listens: boolean;
  /** How errors call the other side: `the host`. */
  readonly peer: string;
  /**
   * Finds who handles a stream that the other side opens, now or later; it is called with the stream. What it throws
   * refuses the stream. A handler that returns a promise is done with the stream when that resolves: it ends then.
   */
  accept(opening: StreamOpening): Handler | Promise<Handler>;
  /** The other side broke the protocol; the connection is closed. */
  onBreak(message: string): void;
}

type Handler = (stream: ByteStream) => unknown;

/** Unsent bytes with which a side that reads nothing is given up: chunks keep to credit and room, answers do not. */
const MAX_WAITING = 8 * 1024 * 1024;

/** All streams of one carrier. */
export class StreamConnection implements StreamLine {
  readonly #streams = new Map<number, StreamEnd>();
  /** Ids of those that are over on the wire, with bytes that nobody has read yet: they count until they are let go. */
  readonly #unread = new Set<number>();
  readonly #letGo = new FinalizationRegistry((id: number) => void this.#unread.delete(id));
  readonly #waiting = new Set<StreamEnd>();
  readonly #parity: number;
  readonly #creditPayload = new Uint8Array(4);
  #nextId: number;
  #failure: KeystoneError | undefined;

  constructor(private readonly carrier: Carrier, private readonly options: ConnectionOptions) {
    this.#parity = options.listens ? 0 : 1;
    this.#nextId = options.listens ? 2 : 1;
  }

  /** Streams that are open, or over with bytes left to read. */
  get size(): number {
    return this.#streams.size + this.#unread.size;
  }

  /** Why the connection is over, where it is. */
  get failure(): KeystoneError | undefined {
    return this.#failure;
  }

  /** Opens a stream. Whatever keeps it from opening becomes the failure of the stream. */
  open(opening: StreamOpening): StreamEnd {
    const payload = this.#failure ? NOTHING : encodeOpening(opening);
    const stream = new StreamEnd(this.#nextId, this, opening, false);
    const failure = this.#failure ?? this.#full();
    if (failure) {
      stream.fail(failure);
      return stream;
    }
    this.#nextId = this.#nextId >= 0xfffffffe ? this.#parity + 2 : this.#nextId + 2;
    this.#streams.set(stream.id, stream);
    this.carrier.send(FrameKind.open, stream.id, payload);
    return stream;
  }

  /** A frame, or a piece of a chunk, came. What breaks the protocol ends the connection. */
  receive(kind: number, id: number, payload: Uint8Array): void {
    if (this.#failure) return;
    try {
      if (kind === FrameKind.open) this.#opened(id, payload);
      // Anything else without a stream is for one that is over.
      else this.#streams.get(id)?.receive(kind, payload);
      if (this.carrier.waiting > MAX_WAITING) {
        throw new ProtocolBreak(`it reads nothing: ${this.carrier.waiting} bytes wait for it`);
      }
    } catch (error) {
      this.breakOff(error instanceof ProtocolBreak ? error.message : String(error));
    }
  }

  /** The other side broke the protocol. */
  breakOff(message: string): void {
    if (this.#failure) return;
    const { peer, onBreak } = this.options;
    onBreak(message);
    this.close(new KeystoneError("UNAVAILABLE", `${peer} broke the protocol of the streams: ${message}`));
  }

  /** The carrier has room again: each stream that waits has its turn. */
  room(): void {
    while (this.carrier.hasRoom) {
      const [stream] = this.#waiting;
      if (stream === undefined) return;
      this.#waiting.delete(stream);
      stream.pump();
    }
  }

  /** Ends the connection: every stream fails with the error. */
  close(error: KeystoneError): void {
    if (this.#failure) return;
    this.#failure = error;
    this.carrier.close();
    for (const stream of [...this.#streams.values()]) stream.fail(error);
    this.#waiting.clear();
  }

  // -- For streams ----------------------------------------------------------------------------------------------------

  get hasRoom(): boolean {
    return this.carrier.hasRoom;
  }

  get isCrowded(): boolean {
    return this.#waiting.size > 0;
  }

  send(kind: number, stream: number, payload: Uint8Array = NOTHING): void {
    if (!this.#failure) this.carrier.send(kind, stream, payload);
  }

  credit(stream: number, bytes: number): void {
    putUint32(this.#creditPayload, 0, bytes);
    this.send(FrameKind.credit, stream, this.#creditPayload);
  }

  waitForRoom(stream: StreamEnd): void {
    this.#waiting.add(stream);
  }

  over(stream: StreamEnd): void {
    if (stream.isOnWire) return;
    if (this.#streams.get(stream.id) === stream) this.#streams.delete(stream.id);
    this.#waiting.delete(stream);
    if (!stream.hasUnread) return void this.#unread.delete(stream.id);
    this.#unread.add(stream.id);
    this.#letGo.register(stream, stream.id);
  }

  // -- Streams of the other side ----------------------------------------------------------------------------------------

  #opened(id: number, payload: Uint8Array): void {
    if (id % 2 === this.#parity || id === 0) throw new ProtocolBreak(`"open" with the id ${id}`);
    if (this.#streams.has(id)) throw new ProtocolBreak(`"open" of stream ${id}, which is open`);
    const opening = decodeOpening(payload);
    const full = this.#full();
    if (full) return this.#refuse(id, full);
    let handler: Handler | Promise<Handler>;
    try {
      handler = this.options.accept(opening);
    } catch (error) {
      return this.#refuse(id, error);
    }
    const stream = new StreamEnd(id, this, opening, true);
    this.#streams.set(id, stream);
    void this.#handle(stream, handler);
  }

  #refuse(id: number, error: unknown): void {
    this.carrier.send(FrameKind.reset, id, encodeError(toWireError(error, { code: "UNAVAILABLE" })));
  }

  async #handle(stream: StreamEnd, found: Handler | Promise<Handler>): Promise<void> {
    try {
      const handler = found instanceof Promise ? await found : found;
      if (!stream.isOnWire) return;
      this.send(FrameKind.accept, stream.id);
      const work = handler(stream);
      // A handler that returns at once may have kept the stream; one that is awaited is done with it.
      if (!(work instanceof Promise)) return;
      await work;
      stream.end();
    } catch (error) {
      stream.reset(fromWireError(toWireError(error)));
    }
  }

  #full(): KeystoneError | undefined {
    if (this.size < MAX_STREAMS) return undefined;
    return new KeystoneError(
      "UNAVAILABLE",
      `${MAX_STREAMS} streams are open on the connection to ${this.options.peer}`,
    );
  }
}
