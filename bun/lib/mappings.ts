/** One entry of a source map. Lines and columns count from 1, `source` from 0. */
export interface Mapping {
  line: number;
  column: number;
  source: number;
  sourceLine: number;
  sourceColumn: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Int8Array(128).fill(-1);
for (let index = 0; index < DIGITS.length; index++) VALUES[DIGITS.charCodeAt(index)] = index;

const COMMA = 44;
const SEMICOLON = 59;

/**
 * The entries in `mappings` in their order, by ECMA-426's decoding: base 64 VLQ, sign in the lowest bit, each field
 * relative to the one before. A segment with a character that is none ends there.
 */
export function* mappingsOf(mappings: string): Iterable<Mapping> {
  const fields = [0, 0, 0, 0, 0];
  const place = { line: 1, column: 0, source: 0, sourceLine: 0, sourceColumn: 0 };
  let count = 0, value = 0, shift = 0;
  for (let index = 0; index <= mappings.length; index++) {
    const code = index < mappings.length ? mappings.charCodeAt(index) : SEMICOLON;
    if (code === COMMA || code === SEMICOLON) {
      if (count >= 1) place.column += fields[0];
      if (count >= 4) {
        place.source += fields[1];
        place.sourceLine += fields[2];
        place.sourceColumn += fields[3];
        const { line, column, source, sourceLine, sourceColumn } = place;
        yield { line, column: column + 1, source, sourceLine: sourceLine + 1, sourceColumn: sourceColumn + 1 };
      }
      count = value = shift = 0;
      if (code === SEMICOLON) {
        place.line++;
        place.column = 0;
      }
      continue;
    }
    const digit = code < 128 ? VALUES[code] : -1;
    if (digit < 0 || count > 4) continue;
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    fields[count++] = value & 1 ? -(value >>> 1) : value >>> 1;
    value = shift = 0;
  }
}
