import { checkFrame, FrameKind, HEADER, NOTHING, PREFIX, uint32 } from "./frame.ts";

/** `payload` may be a piece of a chunk; of any other frame it is the whole. */
export type FrameReceiver = (kind: number, stream: number, payload: Uint8Array) => void;

/**
 * Cuts the bytes of a Unix socket into frames. It keeps a header, or the payload of a small frame, until that is whole; the
 * payload of a chunk is handed on in the pieces in which it comes, without a copy.
 */
export class FrameReader {
  #kind = 0;
  #stream = 0;
  /** Bytes of the payload that are still to come. */
  #left = 0;
  #partial = NOTHING;
  #have = 0;

  constructor(private readonly receive: FrameReceiver) {}

  /** @throws ProtocolBreak */
  append(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      if (this.#left === 0) at = this.#header(bytes, at);
      else if (this.#kind === FrameKind.chunk) at = this.#chunk(bytes, at);
      else at = this.#payload(bytes, at);
    }
  }

  #header(bytes: Uint8Array, at: number): number {
    const size = PREFIX + HEADER;
    if (this.#have === 0 && bytes.length - at >= size) {
      this.#begin(bytes, at);
      return at + size;
    }
    const next = this.#keep(bytes, at, size);
    if (this.#have === size) {
      this.#have = 0;
      this.#begin(this.#partial, 0);
    }
    return next;
  }

  #begin(bytes: Uint8Array, at: number): void {
    const payload = uint32(bytes, at) - HEADER;
    this.#kind = bytes[at + PREFIX] ?? 0;
    this.#stream = uint32(bytes, at + PREFIX + 1);
    checkFrame(this.#kind, payload);
    this.#left = payload;
    if (payload === 0) this.receive(this.#kind, this.#stream, NOTHING);
  }

  #chunk(bytes: Uint8Array, at: number): number {
    const end = Math.min(bytes.length, at + this.#left);
    this.#left -= end - at;
    this.receive(this.#kind, this.#stream, bytes.subarray(at, end));
    return end;
  }

  #payload(bytes: Uint8Array, at: number): number {
    const size = this.#left;
    const next = this.#keep(bytes, at, size);
    if (this.#have < size) return next;
    const payload = this.#partial.subarray(0, size);
    this.#partial = NOTHING;
    this.#have = 0;
    this.#left = 0;
    this.receive(this.#kind, this.#stream, payload);
    return next;
  }

  /** Keeps bytes until `size` of them are there; returns the place behind those that it took. */
  #keep(bytes: Uint8Array, at: number, size: number): number {
    if (this.#partial.length < size) this.#partial = new Uint8Array(size);
    const end = Math.min(bytes.length, at + size - this.#have);
    this.#partial.set(bytes.subarray(at, end), this.#have);
    this.#have += end - at;
    return end;
  }
}
