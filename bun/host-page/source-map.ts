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

/**
 * A stack with original positions where the bundles have maps; what has none stays as it is. Never throws.
 * @param fetchMap - the map of a bundle by its address, which names a version of it (`?t=`) or not.
 */
export async function mapStack(stack: string, fetchMap: (bundle: string) => Promise<SourceMap>): Promise<string> {
  const lines = stack.split("\n").slice(0, MAX_FRAMES);
  const byBundle = new Map<string, (Frame & { index: number })[]>();
  for (const [index, text] of lines.entries()) {
    const frame = parseFrame(text);
    if (!frame) continue;
    const bundle = frame.url.replace(/#.*$/, "");
    byBundle.set(bundle, [...byBundle.get(bundle) ?? [], { ...frame, index }]);
  }
  await Promise.all([...byBundle].map(async ([bundle, frames]) => {
    const map = await fetchMap(bundle).catch(() => undefined);
    const positions = map ? originalPositions(map, frames) : [];
    for (const [number, { name, index }] of frames.entries()) {
      const at = positions[number];
      if (!at) continue;
      lines[index] = `${name || "(anonymous)"} (${at.source.replace(/^(?:\.*\/)+/, "")}:${at.line}:${at.column})`;
    }
  }));
  return lines.join("\n");
}
