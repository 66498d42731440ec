/** Versions of files, for telling whether one changed while it was being read. */

import { statSync } from "node:fs";

export type Stamps = ReadonlyMap<string, string>;

export function stampsOf(files: Iterable<string>): Stamps {
  const stamps = new Map<string, string>();
  for (const file of files) stamps.set(file, stampOf(file));
  return stamps;
}

/** A file that is not there has a stamp too: its coming changes it. */
export function stampOf(file: string): string {
  const status = statSync(file, { throwIfNoEntry: false });
  return status ? `${status.mtimeMs}:${status.size}:${status.ino}` : "missing";
}

/** Did a file change since `before`? Files that `before` doesn't know count as changed when written after `sinceMs`. */
export function changedSince(files: Iterable<string>, before: Stamps, sinceMs: number): boolean {
  for (const file of files) {
    const known = before.get(file);
    if (known !== undefined) {
      if (known !== stampOf(file)) return true;
    } else if ((statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) >= sinceMs) return true;
  }
  return false;
}
