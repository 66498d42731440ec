/** Where services lie. */

import { existsSync, readdirSync, realpathSync, type Stats, statSync } from "node:fs";
import { join, relative } from "node:path";

const SCRIPT = /\.(?:ts|tsx|js|jsx|mts|mjs)$/;
const NOT_A_SERVICE = /(?:\.d|\.test|\.spec)\.[a-z]+$/;
const INDEX_FILES = ["index.ts", "index.js"];

export interface ServiceFile {
  /** The name that the file or directory gives. */
  readonly name: string;
  /** Absolute path of the module, as it was found. */
  readonly path: string;
  /** The same, as Bun knows it: without symbolic links. */
  readonly entry: string;
  /** The directory of a directory service, likewise. */
  readonly directory: string | undefined;
}

/** The services of a directory, in the order of their names; none when it doesn't exist. */
export function discoverServices(directory: string): ServiceFile[] {
  const files: ServiceFile[] = [];
  for (const name of namesIn(directory)) {
    const file = serviceFile(directory, name);
    if (file) files.push(file);
  }
  return files;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ENOENT") return [];
    throw new Error(`the services' directory ${directory} can't be read (${code})`, { cause: error });
  }
}

function serviceFile(parent: string, name: string): ServiceFile | undefined {
  if (name.startsWith(".") || name === "node_modules") return undefined;
  const path = join(parent, name);
  try {
    return readServiceFile(name, path, statSync(path));
  } catch {
    // A link that leads nowhere, or a file that went while we looked: no service.
    return undefined;
  }
}

function readServiceFile(name: string, path: string, status: Stats): ServiceFile | undefined {
  if (status.isDirectory()) {
    const index = INDEX_FILES.map((file) => join(path, file)).find((file) => existsSync(file));
    if (index === undefined) return undefined;
    return { name, path: index, entry: realpathSync(index), directory: realpathSync(path) };
  }
  if (!status.isFile() || !SCRIPT.test(name) || NOT_A_SERVICE.test(name)) return undefined;
  return { name: name.replace(SCRIPT, ""), path, entry: realpathSync(path), directory: undefined };
}

/** `services/notes.ts`: how messages name a file. */
export function shownPath(root: string, file: string): string {
  const path = relative(root, file);
  return path.startsWith("..") ? file : path;
}
