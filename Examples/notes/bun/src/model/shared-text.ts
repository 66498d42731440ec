import { apply, type Change, changeBetween, compose, transform } from "./change.ts";

/** One client's change, as it travels to the service and from there to everyone. */
export interface Edit {
  /** Who made it. */
  client: string;
  /** Counts the client's edits, so that one that is sent again is not made twice. */
  seq: number;
  /** The revision that the change is made upon (to the service) or makes (from it). */
  rev: number;
  change: Change;
}

/** A text as the service has it, for a client that begins or lost the thread. */
export interface Snapshot {
  text: string;
  rev: number;
  /** The last of this client's edits that is in it. */
  seq: number;
}

/**
 * One window's copy of a text that several windows edit at once. It never waits: what is typed is there immediately, one
 * edit at a time is under way to the service, and what comes from others is fitted around both.
 */
export class SharedText {
  readonly client: string;
  #text: string;
  #rev: number;
  #seq: number;
  /** The service's text at `#rev`. What the window shows is this, then the edit that is under way, then what was typed. */
  #known: string;
  #underWay: Change | undefined;
  #typed: Change | undefined;

  constructor(client: string, { text, rev, seq }: Snapshot) {
    this.client = client;
    this.#text = this.#known = text;
    this.#rev = rev;
    this.#seq = seq;
  }

  /** What the window shows. */
  get text(): string {
    return this.#text;
  }

  /** Whether the service has everything that was typed here. */
  get isSaved(): boolean {
    return this.#underWay === undefined && this.#typed === undefined;
  }

  /** The window's text has become this. */
  type(text: string): void {
    const change = changeBetween(this.#text, text);
    if (!change) return;
    this.#typed = this.#typed ? compose(this.#typed, change) : change;
    this.#text = text;
  }

  /** The next edit to send, now under way; `undefined` where there is none, or one is under way still. */
  take(): Edit | undefined {
    if (this.#underWay || !this.#typed) return undefined;
    this.#underWay = this.#typed;
    this.#typed = undefined;
    return { client: this.client, seq: ++this.#seq, rev: this.#rev, change: this.#underWay };
  }

  /**
   * Takes in an edit that the service has made, and gives what it changes here, if anything. `"missed"`: one before it was
   * missed, and a `resync` is due.
   */
  receive({ client, seq, rev, change }: Edit): Change | undefined | "missed" {
    if (rev <= this.#rev) return undefined;
    if (rev !== this.#rev + 1) return "missed";
    this.#rev = rev;
    this.#known = apply(this.#known, change);
    if (client === this.client && seq === this.#seq && this.#underWay) {
      this.#underWay = undefined;
      return undefined;
    }
    let theirs = change;
    if (this.#underWay) [theirs, this.#underWay] = transform(theirs, this.#underWay);
    if (this.#typed) [theirs, this.#typed] = transform(theirs, this.#typed);
    this.#text = apply(this.#text, theirs);
    return theirs;
  }

  /** Begins anew from the service's text, after the connection was lost or an edit missed. What was typed here stays. */
  resync({ text, rev, seq }: Snapshot): void {
    let base = this.#known;
    if (this.#underWay && seq >= this.#seq) base = apply(base, this.#underWay);
    const typed = changeBetween(base, this.#text);
    const theirs = changeBetween(base, text);
    const [after, ours] = theirs && typed ? transform(theirs, typed) : [theirs, typed];
    if (after) this.#text = apply(this.#text, after);
    this.#known = text;
    this.#underWay = undefined;
    this.#typed = ours;
    this.#rev = rev;
    this.#seq = Math.max(this.#seq, seq);
  }
}
