import { existsSync, realpathSync } from "node:fs";

/** Where a file or directory lies that may be a symbolic link; `undefined`: it isn't there. */
export function realpathOf(path: string): string | undefined {
  return existsSync(path) ? realpathSync(path) : undefined;
}
