/** Source maps, as they are served. */

import { relative, resolve } from "node:path";

/** The map with its sources' paths from the app's root: `/src/text.ts`. The bundler's are from the working directory. */
export function rootedMap(map: string, root: string): string {
  // Maps are megabytes; only the list at their beginning is read.
  const list = /"sources":\s*(\[.*?\]),\s*"(?:sourcesContent|mappings)"/s.exec(map);
  if (!list) return map;
  const sources = JSON.parse(list[1]) as string[];
  const rooted = sources.map((source) => `/${relative(root, resolve(source))}`);
  const start = list.index + list[0].indexOf("[");
  return map.slice(0, start) + JSON.stringify(rooted) + map.slice(start + list[1].length);
}

/**
 * The map without the sources' text and names: enough to report an error by file and line, and nothing that the app
 * doesn't ship.
 */
export function positionsOnly(map: string): string {
  const { version, sources, mappings } = JSON.parse(map) as { version: number; sources: string[]; mappings: string };
  return JSON.stringify({ version, sources, names: [], mappings });
}
