import { mappingsOf } from "./mappings.ts";

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

/** A place in a bundle, both from 1. */
export interface Place {
  line: number;
  column: number;
}

/** Where the places of a bundle were written; `undefined` for those that the map says nothing of. In one pass: maps are long. */
export function originalPositions(map: SourceMap, places: readonly Place[]): (Position | undefined)[] {
  const found: (Position | undefined)[] = places.map(() => undefined);
  const lastLine = Math.max(0, ...places.map(({ line }) => line));
  for (const mapping of mappingsOf(map.mappings)) {
    if (mapping.line > lastLine) break;
    for (const [index, { line, column }] of places.entries()) {
      if (mapping.line !== line || mapping.column > column) continue;
      const source = map.sources[mapping.source] ?? "";
      found[index] = { source, line: mapping.sourceLine, column: mapping.sourceColumn };
    }
  }
  return found;
}
