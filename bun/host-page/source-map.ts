/** The part of a source map that finds the original position of a generated one. */
export interface SourceMap {
  sources: string[];
  mappings: string;
}

export interface Position {
  source: string;
  /** From 1. */
  line: number;
  /** From 1. */
  column: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Where `line`/`column` (from 1) of a bundle were written, by ECMA-426's decoding of `mappings`. */
export function originalPosition(map: SourceMap, line: number, column: number): Position | undefined {
  let source = 0, sourceLine = 0, sourceColumn = 0;
  let best: Position | undefined;
  for (const [index, text] of map.mappings.split(";").entries()) {
    if (index >= line) break;
    let generatedColumn = 0;
    for (const segment of text.split(",")) {
      const fields = decodeSegment(segment);
      if (fields.length === 0) continue;
      generatedColumn += fields[0];
      if (fields.length < 4) continue;
      source += fields[1];
      sourceLine += fields[2];
      sourceColumn += fields[3];
      if (index === line - 1 && generatedColumn <= column - 1) {
        best = { source: map.sources[source] ?? "", line: sourceLine + 1, column: sourceColumn + 1 };
      }
    }
  }
  return best;
}

/** The numbers of one segment: base 64 VLQ, sign in the lowest bit. */
function decodeSegment(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0, shift = 0;
  for (const character of segment) {
    const digit = DIGITS.indexOf(character);
    if (digit < 0) return numbers;
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >>> 1) : value >>> 1);
    value = shift = 0;
  }
  return numbers;
}

/** One line of a WebKit stack: `name@url:line:column`. */
export interface Frame {
  name: string;
  url: string;
  line: number;
  column: number;
}

export function parseFrame(text: string): Frame | undefined {
  const match = /^(.*?)@?((?:https?|keystone):\/\/.+?):(\d+):(\d+)$/.exec(text.trim());
  if (!match) return undefined;
  return { name: match[1], url: match[2], line: Number(match[3]), column: Number(match[4]) };
}

/** Frames of a stack that are mapped; the rest of a deep recursion says nothing new. */
const MAX_FRAMES = 20;

/** A stack with original positions where the bundles have maps; what has none stays as it is. Never throws. */
export async function mapStack(stack: string, fetchMap: (bundle: string) => Promise<SourceMap>): Promise<string> {
  const maps = new Map<string, Promise<SourceMap | undefined>>();
  const lines = stack.split("\n").slice(0, MAX_FRAMES).map(async (text) => {
    const frame = parseFrame(text);
    if (!frame) return text;
    const bundle = frame.url.replace(/[?#].*$/, "");
    let map = maps.get(bundle);
    if (!map) maps.set(bundle, map = fetchMap(bundle).catch(() => undefined));
    const loaded = await map;
    const at = loaded && originalPosition(loaded, frame.line, frame.column);
    if (!at) return text;
    return `${frame.name || "(anonymous)"} (${at.source.replace(/^(\.\.\/)+/, "")}:${at.line}:${at.column})`;
  });
  return (await Promise.all(lines)).join("\n");
}
