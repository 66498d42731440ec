/** How deep JSON text is nested, told without parsing it. */

/**
 * Values within values, at most. JavaScriptCore parses any depth, but takes seconds to write a value of 30,000 levels and
 * minutes for more (tried with Bun 1.4): a page could hold up everybody with 100 KiB.
 */
export const MAX_DEPTH = 512;

/** Whether arrays and objects lie more than `limit` deep in each other. For text that is not JSON, either answer will do. */
export function isDeeperThan(limit: number, text: string): boolean {
  // Every level takes two characters: short messages are not worth a look.
  if (text.length < 2 * limit) return false;
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) {
      index = endOfString(text, index + 1);
      if (index < 0) return false;
    } else if (code === OPEN_BRACKET || code === OPEN_BRACE) {
      if (++depth > limit) return true;
    } else if (code === CLOSE_BRACKET || code === CLOSE_BRACE) {
      depth--;
    }
  }
  return false;
}

const QUOTE = 34;
const BACKSLASH = 92;
const OPEN_BRACKET = 91;
const CLOSE_BRACKET = 93;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** The place of the quote that ends the string, or -1. Most of a long message is one string. */
function endOfString(text: string, start: number): number {
  for (let from = start;;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return -1;
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote;
    from = quote + 1;
  }
}
