/** From this many bytes on, a piece is kept as a view of the buffer that it came in. */
const WORTH_A_VIEW = 16 * 1024;

/**
 * Bytes that came and that nobody has taken yet. Small pieces are copied together: a view keeps its whole buffer alive, and
 * bytes that trickle in must not each hold a buffer.
 */
export class ChunkQueue {
  #chunks: Uint8Array[] = [];
  #first = 0;
  /** How much of the last chunk is in use, where it is a buffer of our own that has room. */
  #ownUsed = -1;

  get isEmpty(): boolean {
    return this.#first === this.#chunks.length;
  }

  push(piece: Uint8Array): void {
    if (piece.length >= WORTH_A_VIEW) {
      this.#closeOwn();
      this.#chunks.push(piece);
    } else {
      this.#copy(piece);
    }
  }

  shift(): Uint8Array | undefined {
    if (this.isEmpty) return undefined;
    if (this.#first === this.#chunks.length - 1) this.#closeOwn();
    const chunk = this.#chunks[this.#first];
    this.#chunks[this.#first++] = EMPTY;
    if (this.isEmpty || this.#first > 256) {
      this.#chunks.splice(0, this.#first);
      this.#first = 0;
    }
    return chunk;
  }

  clear(): void {
    this.#chunks = [];
    this.#first = 0;
    this.#ownUsed = -1;
  }

  #copy(piece: Uint8Array): void {
    const last = this.#chunks[this.#chunks.length - 1];
    if (this.#ownUsed >= 0 && last !== undefined && this.#ownUsed + piece.length <= last.length) {
      last.set(piece, this.#ownUsed);
      this.#ownUsed += piece.length;
      return;
    }
    // The first piece is copied to its size; only bytes that go on trickling get a buffer to grow in.
    const grows = this.#ownUsed >= 0;
    this.#closeOwn();
    const own = new Uint8Array(grows ? WORTH_A_VIEW : piece.length);
    own.set(piece);
    this.#chunks.push(own);
    this.#ownUsed = piece.length;
  }

  /** Cuts the last chunk to what is in use. */
  #closeOwn(): void {
    const last = this.#chunks.length - 1;
    const own = this.#chunks[last];
    if (this.#ownUsed >= 0 && own !== undefined && this.#ownUsed < own.length) {
      this.#chunks[last] = own.subarray(0, this.#ownUsed);
    }
    this.#ownUsed = -1;
  }
}

const EMPTY = new Uint8Array(0);
