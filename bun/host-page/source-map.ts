import { originalPositions, type SourceMap } from "../lib/source-map.ts";

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
