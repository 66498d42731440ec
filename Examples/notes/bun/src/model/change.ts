/**
 * A change of a text, from its first character to its last: a positive number keeps that many UTF-16 units, a negative one
 * deletes them, a string is inserted. It is plain JSON, and two changes of the same text can be brought in line.
 */
export type Change = (number | string)[];

/** The new text. Throws a `RangeError` where the change is not one of a text of this length. */
export function apply(text: string, change: Change): string {
  let at = 0;
  let result = "";
  for (const step of change) {
    if (typeof step === "string") {
      result += step;
      continue;
    }
    const end = at + Math.abs(step);
    if (!Number.isInteger(step) || end > text.length) throw new RangeError("the change does not fit the text");
    if (step > 0) result += text.slice(at, end);
    at = end;
  }
  if (at !== text.length) throw new RangeError("the change does not fit the text");
  return result;
}

/** The one place where two texts differ, as the span of each: `before.slice(from, oldEnd)` became `after.slice(from, newEnd)`. */
export function difference(before: string, after: string): { from: number; oldEnd: number; newEnd: number } {
  const shorter = Math.min(before.length, after.length);
  let from = 0;
  while (from < shorter && before.charCodeAt(from) === after.charCodeAt(from)) from++;
  if (from > 0 && from < shorter && isHighSurrogate(before.charCodeAt(from - 1))) from--;
  let tail = 0;
  while (tail < shorter - from && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  if (tail > 0 && isLowSurrogate(before.charCodeAt(before.length - tail))) tail--;
  return { from, oldEnd: before.length - tail, newEnd: after.length - tail };
}

/** A change that makes `before` into `after`; `undefined` where they are the same. */
export function changeBetween(before: string, after: string): Change | undefined {
  if (before === after) return undefined;
  const { from, oldEnd, newEnd } = difference(before, after);
  const change: Change = [];
  push(change, from);
  push(change, after.slice(from, newEnd));
  push(change, from - oldEnd);
  push(change, before.length - oldEnd);
  return change;
}

/**
 * Two changes of the same text, each made to follow the other: `apply(apply(text, first), second′)` and
 * `apply(apply(text, second), first′)` are the same text. Where both insert at one place, `first`'s text comes first.
 */
export function transform(first: Change, second: Change): [first: Change, second: Change] {
  const a = new Steps(first);
  const b = new Steps(second);
  const firstAfter: Change = [];
  const secondAfter: Change = [];
  while (a.current !== undefined || b.current !== undefined) {
    if (typeof a.current === "string") {
      push(firstAfter, a.current);
      push(secondAfter, a.current.length);
      a.next();
    } else if (typeof b.current === "string") {
      push(firstAfter, b.current.length);
      push(secondAfter, b.current);
      b.next();
    } else {
      if (a.current === undefined || b.current === undefined) throw new RangeError("changes of different texts");
      const length = Math.min(Math.abs(a.current), Math.abs(b.current));
      // What both keep, both keep; what one deletes, only the other has left to delete.
      if (b.current > 0) push(firstAfter, Math.sign(a.current) * length);
      if (a.current > 0) push(secondAfter, Math.sign(b.current) * length);
      a.take(length);
      b.take(length);
    }
  }
  return [firstAfter, secondAfter];
}

/** Two changes in a row as one; `undefined` where the second one undoes the first. */
export function compose(first: Change, second: Change): Change | undefined {
  const a = new Steps(first);
  const b = new Steps(second);
  const both: Change = [];
  while (a.current !== undefined || b.current !== undefined) {
    if (typeof a.current === "number" && a.current < 0) {
      push(both, a.current);
      a.next();
    } else if (typeof b.current === "string") {
      push(both, b.current);
      b.next();
    } else {
      if (a.current === undefined || b.current === undefined) {
        throw new RangeError("changes that do not follow each other");
      }
      const length = Math.min(typeof a.current === "string" ? a.current.length : a.current, Math.abs(b.current));
      // What the second deletes of what the first inserted has never been.
      if (typeof a.current === "string") push(both, b.current > 0 ? a.current.slice(0, length) : "");
      else push(both, Math.sign(b.current) * length);
      a.take(length);
      b.take(length);
    }
  }
  return both.some((step) => typeof step === "string" || step < 0) ? both : undefined;
}

/** Where a change touches the text before it, from the end to the beginning: so that one does not move the next. */
export function spots(change: Change): { from: number; end: number; text: string }[] {
  const found: { from: number; end: number; text: string }[] = [];
  let at = 0;
  for (const step of change) {
    const last = found.at(-1);
    if (typeof step === "number" && step > 0) at += step;
    else {
      const spot = last?.end === at ? last : { from: at, end: at, text: "" };
      if (spot !== last) found.push(spot);
      if (typeof step === "string") spot.text += step;
      else spot.end = at -= step;
    }
  }
  return found.reverse();
}

/** Whether a value from outside is a change at all; `apply` says whether it fits a text. */
export function isChange(value: unknown): value is Change {
  return Array.isArray(value) && value.length <= 1000 &&
    value.every((step) => typeof step === "string" || (Number.isSafeInteger(step) && step !== 0));
}

/** A change that is walked through in pieces. */
class Steps {
  current: number | string | undefined;
  #index = 0;
  readonly #change: Change;

  constructor(change: Change) {
    this.#change = change;
    this.current = change[0];
  }

  next(): void {
    this.current = this.#change[++this.#index];
  }

  /** Uses up `length` units of the current step. */
  take(length: number): void {
    const step = this.current as number | string;
    this.current = typeof step === "string" ? step.slice(length) : step - Math.sign(step) * length;
    if (this.current === 0 || this.current === "") this.next();
  }
}

function push(change: Change, step: number | string): void {
  if (step === 0 || step === "") return;
  const last = change.at(-1);
  if (typeof step === "number" && typeof last === "number" && Math.sign(last) === Math.sign(step)) {
    change[change.length - 1] = last + step;
  } else {
    change.push(step);
  }
}

const isHighSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xd800;
const isLowSurrogate = (unit: number): boolean => (unit & 0xfc00) === 0xdc00;
