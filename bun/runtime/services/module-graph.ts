/** Which files a service's modules are made of, found by reading their imports. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute } from "node:path";

type Loader = "ts" | "tsx" | "js" | "jsx";

const LOADERS: Record<string, Loader> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

interface ImportScanner {
  scanImports(code: string): { path: string }[];
}

interface Scanned {
  readonly version: string;
  readonly imports: readonly string[];
}

/** Reads imports once for each version of a file. */
export class ModuleGraph {
  readonly #scanned = new Map<string, Scanned>();
  readonly #scanners = new Map<Loader, ImportScanner>();

  /** @param engineDir - the framework, which an app's `node_modules` may link to. */
  constructor(private readonly engineDir: string) {}

  /** Every file that `entries` import, directly or not, with `entries` themselves. */
  closure(...entries: string[]): Set<string> {
    const files = new Set(entries);
    // A set may grow while it is walked; the new members are visited too.
    for (const file of files) for (const imported of this.imports(file)) files.add(imported);
    return files;
  }

  /** Those of `files` that import one of `targets`, directly or not, with those of `targets` that are among them. */
  importersOf(targets: ReadonlySet<string>, files: ReadonlySet<string>): Set<string> {
    const importers = new Map<string, string[]>();
    for (const file of files) {
      for (const imported of this.imports(file)) importers.set(imported, [...importers.get(imported) ?? [], file]);
    }
    const found = new Set(targets);
    for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
    return found.intersection(files);
  }

  /** The files that `file` imports. A file that is missing or has a syntax error imports nothing. */
  imports(file: string): readonly string[] {
    const loader = LOADERS[extname(file)];
    const version = versionOf(file);
    if (loader === undefined || version === undefined) return [];
    const known = this.#scanned.get(file);
    if (known?.version === version) return known.imports;
    const imports = this.#scan(file, loader);
    this.#scanned.set(file, { version, imports });
    return imports;
  }

  /**
   * Has what concerns these files read again: two versions of one length may follow each other within a tick of the file
   * system's clock. Where files came or went, an import may lead elsewhere now, whoever's it is.
   */
  forget(files: Iterable<string>): void {
    let cameOrWent = false;
    for (const file of files) cameOrWent = !this.#scanned.delete(file) || !existsSync(file) || cameOrWent;
    if (!cameOrWent) return;
    this.#scanned.clear();
    for (const directory of new Set([...files].map((file) => dirname(file)))) lookAgain(directory);
  }

  /** Packages and the framework are not followed: they change by installing, which needs a restart. */
  isFollowed(path: string): boolean {
    return isAbsolute(path) && !path.includes("/node_modules/") && !path.startsWith(`${this.engineDir}/`);
  }

  #scan(file: string, loader: Loader): string[] {
    const imports = new Set<string>();
    for (const specifier of specifiers(this.#scanner(loader), file)) {
      const path = resolve(specifier, dirname(file));
      if (path !== undefined && this.isFollowed(path)) imports.add(path);
    }
    return [...imports];
  }

  /** Bun leaves out of TypeScript what is imported for its types alone, whether it says `type` or not; so does this. */
  #scanner(loader: Loader): ImportScanner {
    const known = this.#scanners.get(loader);
    if (known) return known;
    const scanner = new Bun.Transpiler({ loader, trimUnusedImports: loader.startsWith("ts") });
    this.#scanners.set(loader, scanner);
    return scanner;
  }
}

/** Bun remembers what lies in a directory, deleted files too, until it fails to find something there. */
function lookAgain(directory: string): void {
  resolve("./a file that nobody has", directory);
}

function versionOf(file: string): string | undefined {
  const status = statSync(file, { throwIfNoEntry: false });
  return status && `${status.mtimeMs} ${status.size}`;
}

function specifiers(scanner: ImportScanner, file: string): string[] {
  try {
    return scanner.scanImports(readFileSync(file, "utf8")).map(({ path }) => path);
  } catch {
    // A syntax error, or the file has just gone: loading the service tells about it.
    return [];
  }
}

function resolve(specifier: string, from: string): string | undefined {
  try {
    return Bun.resolveSync(specifier, from);
  } catch {
    // Not there, or a runtime module that Bun provides itself: nothing to follow.
    return undefined;
  }
}
