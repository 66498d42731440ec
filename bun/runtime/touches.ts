/** Does a change of `changed` concern anything made of `files`? A directory that moved or went concerns all in it. */
export function touches(changed: ReadonlySet<string>, files: ReadonlySet<string> | undefined): boolean {
  if (!files) return false;
  for (const path of changed) {
    if (files.has(path)) return true;
    const inside = `${path}/`;
    for (const file of files) if (file.startsWith(inside)) return true;
  }
  return false;
}
