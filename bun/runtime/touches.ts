/** Which changes concern what is made of which files. */

import { existsSync } from "node:fs";

/** Of each set of changes the paths that are not there any more; many things are asked about the same set. */
const gone = new WeakMap<ReadonlySet<string>, readonly string[]>();

/** Does a change of `changed` concern anything made of `files`? A directory that moved or went concerns all in it. */
export function touches(changed: ReadonlySet<string>, files: ReadonlySet<string> | undefined): boolean {
  if (!files) return false;
  for (const path of changed) if (files.has(path)) return true;
  for (const path of goneOf(changed)) {
    const inside = `${path}/`;
    for (const file of files) if (file.startsWith(inside)) return true;
  }
  return false;
}

function goneOf(changed: ReadonlySet<string>): readonly string[] {
  let paths = gone.get(changed);
  if (!paths) gone.set(changed, paths = [...changed].filter((path) => !existsSync(path)));
  return paths;
}
