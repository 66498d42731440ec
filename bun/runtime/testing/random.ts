/** Random numbers with a known sequence (mulberry32), and values that nobody would send. */

export class Random {
  constructor(private state: number) {}

  /** From 0 up to 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let z = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  }

  between(low: number, high: number): number {
    return low + this.next() * (high - low);
  }

  /** A whole number, both ends included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  of<T>(values: readonly [T, ...T[]]): T {
    return values[Math.floor(this.next() * values.length)] ?? values[0];
  }

  bytes(length: number): Uint8Array<ArrayBuffer> {
    return Uint8Array.from({ length }, () => this.whole(0, 255));
  }

  text(): string {
    const characters = [
      "a",
      "é",
      "😀",
      '"',
      "\\",
      "\n",
      "\0",
      "/",
      "..",
      "%",
      ":",
      "\ud800",
      "\u2028",
      "window:",
    ] as const;
    return Array.from({ length: this.whole(0, 12) }, () => this.of(characters)).join("");
  }

  /** Any JSON value; what only looks like a name of an object's own, too. */
  value(depth = 0): unknown {
    switch (this.whole(0, depth < 4 ? 9 : 7)) {
      case 0:
        return null;
      case 1:
        return this.next() < 0.5;
      case 2:
        return this.whole(-5, 5);
      case 3:
        return this.of([0.5, -0, 1e308, -1e-308, 2 ** 53, 2 ** 63]);
      case 4:
        return this.of(["__proto__", "constructor", "toString", "hasOwnProperty", "then"]);
      case 5:
      case 6:
        return this.text();
      case 7:
        return undefined;
      case 8:
        return Array.from({ length: this.whole(0, 4) }, () => this.value(depth + 1));
      default:
        return Object.fromEntries(
          Array.from(
            { length: this.whole(0, 4) },
            () => [this.of(["a", "id", "type", "then", "__proto__"]), this.value(depth + 1)],
          ),
        );
    }
  }

  /** `json` with some of its characters taken out, doubled or replaced. */
  damaged(json: string): string {
    const at = this.whole(0, json.length);
    switch (this.whole(0, 3)) {
      case 0:
        return json.slice(0, at);
      case 1:
        return json.slice(0, at) + this.text() + json.slice(at);
      case 2:
        return json.slice(0, at) + json.slice(at + this.whole(1, 5));
      default:
        return json.slice(0, at) + json;
    }
  }
}
