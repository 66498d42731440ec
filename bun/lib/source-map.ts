import { type Mapping, mappingsOf } from "./mappings.ts";

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
  const found: (Mapping | undefined)[] = places.map(() => undefined);
  const wanted = new Set(places.map(({ line }) => line));
  const lastLine = Math.max(0, ...wanted);
  for (const mapping of mappingsOf(map.mappings)) {
    if (mapping.line > lastLine) break;
    if (!wanted.has(mapping.line)) continue;
    for (let index = 0; index < places.length; index++) {
      const { line, column } = places[index];
      if (mapping.line === line && mapping.column <= column) found[index] = mapping;
    }
  }
  return found.map((mapping) =>
    mapping && { source: map.sources[mapping.source] ?? "", line: mapping.sourceLine, column: mapping.sourceColumn }
  );
}
