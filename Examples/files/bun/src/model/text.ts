// Characters that would break out of a line or turn the text around them: names may hold any of them.
// deno-lint-ignore no-control-regex
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\uef80-\uefff]/g;

/** A name as it is shown: on one line, and in the order in which it is written. */
export function shown(name: string): string {
  return name.replace(UNSEEN, "\ufffd");
}

const UNITS = ["bytes", "kB", "MB", "GB", "TB", "PB"];

/** A size in three digits or so. */
export function sizeText(bytes: number, locale?: string): string {
  if (bytes === 1) return "1 byte";
  let [value, unit] = [bytes, 0];
  while (value >= 999.5 && unit < UNITS.length - 1) [value, unit] = [value / 1000, unit + 1];
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${
    UNITS[unit]
  }`;
}

/** `1 file`, `2,000 files` */
export function countText(count: number, one: string, many: string, locale?: string): string {
  return `${count.toLocaleString(locale)} ${count === 1 ? one : many}`;
}

/** Dates in a list: the time today, the day this year, else the date. */
export class DateText {
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #date: Intl.DateTimeFormat;
  #midnight = 0;
  #newYear = 0;

  constructor(now: number, locale?: string) {
    this.#time = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
    this.#date = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });
    this.now = now;
  }

  set now(now: number) {
    this.#midnight = new Date(now).setHours(0, 0, 0, 0);
    this.#newYear = new Date(new Date(now).getFullYear(), 0, 1).getTime();
  }

  short(time: number): string {
    if (time >= this.#midnight) return `Today, ${this.#time.format(time)}`;
    return (time >= this.#newYear ? this.#day : this.#date).format(time);
  }

  long(time: number): string {
    return `${this.#date.format(time)}, ${this.#time.format(time)}`;
  }
}
