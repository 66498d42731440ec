/** Where services lie. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";

const SCRIPT = /\.(?:ts|tsx|js|jsx|mts|mjs)$/;
const NOT_A_SERVICE = /(?:\.d|\.test|\.spec)\.[a-z]+$/;
const INDEX_FILES = ["index.ts", "index.js"];

export interface ServiceFile {
  /** The name that the file or directory gives. */
  readonly name: string;
  /** Absolute path of the module. */
  readonly entry: string;
  /** The directory of a directory service. */
  readonly directory: string | undefined;
}

/** The services of a directory, in the order of their names; none when it doesn't exist. */
export function discoverServices(directory: string): ServiceFile[] {
  if (!existsSync(directory)) return [];
  const files: ServiceFile[] = [];
  for (const name of readdirSync(directory).sort()) {
    const file = serviceFile(directory, name);
    if (file) files.push(file);
  }
  return files;
}

function serviceFile(parent: string, name: string): ServiceFile | undefined {
  if (name.startsWith(".") || name === "node_modules") return undefined;
  const path = join(parent, name);
  const status = statSync(path, { throwIfNoEntry: false });
  if (status?.isDirectory()) {
    const index = INDEX_FILES.find((file) => existsSync(join(path, file)));
    return index === undefined ? undefined : { name, entry: join(path, index), directory: path };
  }
  if (!status?.isFile() || !SCRIPT.test(name) || NOT_A_SERVICE.test(name)) return undefined;
  return { name: name.replace(SCRIPT, ""), entry: path, directory: undefined };
}

/** `services/notes.ts`: how messages name a file. */
export function shownPath(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") ? file : path;
}
