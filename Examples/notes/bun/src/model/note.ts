/** What a list shows of a note. Its text is asked for when it is opened. */
export interface Summary {
  id: string;
  /** The text's first line. */
  title: string;
  /** The beginning of the rest, on one line. */
  excerpt: string;
  pinned: boolean;
  /** Milliseconds since 1970. */
  created: number;
  updated: number;
}

const EXCERPT = 140;

/** A note is one text: its first line is the title. */
export function splitText(text: string): { title: string; body: string } {
  const end = text.indexOf("\n");
  return end < 0 ? { title: text, body: "" } : { title: text.slice(0, end), body: text.slice(end + 1) };
}

export function joinText(title: string, body: string): string {
  const line = title.replaceAll("\n", " ");
  return body === "" ? line : `${line}\n${body}`;
}

export function excerptOf(body: string): string {
  // Far enough into the text that white space and marks cannot use it up.
  return body.slice(0, EXCERPT * 4).replace(/[\s#>*`_-]+/g, " ").trim().slice(0, EXCERPT);
}

/** The part of a text around the first place where one of the words stands; `undefined` unless all of them stand in it. */
export function findIn(text: string, words: readonly string[]): string | undefined {
  const folded = fold(text);
  const places = words.map((word) => folded.indexOf(word));
  if (places.some((place) => place < 0)) return undefined;
  const first = Math.min(...places);
  const start = first < 24 ? 0 : folded.lastIndexOf(" ", first - 16) + 1;
  return (start > 0 ? "… " : "") + text.slice(start, start + EXCERPT).replace(/\s+/g, " ").trim();
}

/** The words of a search, ready for `findIn`. */
export function searchWords(search: string): string[] {
  return fold(search).split(/\s+/).filter((word) => word !== "");
}

/** Case and accents do not matter to a search. Every UTF-16 unit keeps its place, so that places are those of the text. */
export function fold(text: string): string {
  // deno-lint-ignore no-control-regex
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return Array.from(text, (character) => {
    const plain = character.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
    return plain.length === character.length ? plain : character;
  }).join("");
}

/** Pinned notes first, then what was changed last. */
export function inOrder(a: Summary, b: Summary): number {
  return Number(b.pinned) - Number(a.pinned) || b.updated - a.updated || (a.id < b.id ? -1 : 1);
}

export function countWords(text: string): number {
  let count = 0;
  for (const _ of text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}'’-]*/gu)) count++;
  return count;
}
