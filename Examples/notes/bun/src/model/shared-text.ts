import { apply, type Change, changeBetween, transform } from "./change.ts";

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
  /** What the window shows. */
  text: string;
  readonly client: string;
  #rev: number;
  #seq: number;
  /** The service's text at `#rev`. */
  #known: string;
  /** `#known` with the edit that is under way. */
  #expected: string;
  #underWay: Change | undefined;

  constructor(client: string, { text, rev, seq }: Snapshot) {
    this.client = client;
    this.text = this.#known = this.#expected = text;
    this.#rev = rev;
    this.#seq = seq;
  }

  /** Whether the service has everything that was typed here. */
  get isSaved(): boolean {
    return this.#underWay === undefined && this.text === this.#known;
  }

  /** The next edit to send, now under way; `undefined` where there is none, or one is under way still. */
  take(): Edit | undefined {
    if (this.#underWay) return undefined;
    const change = changeBetween(this.#known, this.text);
    if (!change) return undefined;
    this.#underWay = change;
    this.#expected = this.text;
    return { client: this.client, seq: ++this.#seq, rev: this.#rev, change };
  }

  /** Takes in an edit that the service has made. `false`: one before it was missed, and a `resync` is due. */
  receive({ client, seq, rev, change }: Edit): boolean {
    if (rev <= this.#rev) return true;
    if (rev !== this.#rev + 1) return false;
    this.#rev = rev;
    if (client === this.client && seq === this.#seq && this.#underWay) {
      this.#known = this.#expected;
      this.#underWay = undefined;
      return true;
    }
    const typed = changeBetween(this.#expected, this.text);
    this.#known = apply(this.#known, change);
    let theirs = change;
    if (this.#underWay) [theirs, this.#underWay] = transform(theirs, this.#underWay);
    this.#expected = apply(this.#expected, theirs);
    this.text = apply(this.text, typed ? transform(theirs, typed)[0] : theirs);
    return true;
  }

  /** Begins anew from the service's text, after the connection was lost or an edit missed. What was typed here stays. */
  resync({ text, rev, seq }: Snapshot): void {
    const base = this.#underWay && seq >= this.#seq ? this.#expected : this.#known;
    const typed = changeBetween(base, this.text);
    const theirs = changeBetween(base, text);
    if (!typed) this.text = text;
    else if (theirs) this.text = apply(this.text, transform(theirs, typed)[0]);
    this.#known = this.#expected = text;
    this.#underWay = undefined;
    this.#rev = rev;
    this.#seq = Math.max(this.#seq, seq);
  }
}
