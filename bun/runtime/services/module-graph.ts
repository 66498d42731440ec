/** Which files a service's modules are made of, found by reading their imports. */

import { readFileSync, statSync } from "node:fs";
import { dirname, extname, isAbsolute } from "node:path";

const LOADERS: Record<string, "ts" | "tsx" | "js" | "jsx"> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".js": "js",
  ".mjs": "js",
  ".cjs": "js",
  ".jsx": "jsx",
};

interface Scanned {
  readonly mtimeMs: number;
  readonly imports: readonly string[];
}

/** Reads imports once for each version of a file. */
export class ModuleGraph {
  readonly #scanned = new Map<string, Scanned>();
  readonly #transpilers = new Map<string, { scanImports(code: string): { path: string }[] }>();

  /** @param engineDir - the framework, which an app's `node_modules` may link to. */
  constructor(private readonly engineDir: string) {}

  /** Every file that `entry` imports, directly or not, with `entry` itself. */
  closure(entry: string): Set<string> {
    const files = new Set([entry]);
    // A set may grow while it is walked; the new members are visited too.
    for (const file of files) for (const imported of this.imports(file)) files.add(imported);
    return files;
  }

  /** The files that `file` imports. A file that is missing or has a syntax error imports nothing. */
  imports(file: string): readonly string[] {
    const loader = LOADERS[extname(file)];
    const mtimeMs = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (loader === undefined || mtimeMs === undefined) return [];
    const known = this.#scanned.get(file);
    if (known?.mtimeMs === mtimeMs) return known.imports;
    const imports = this.#scan(file, loader);
    this.#scanned.set(file, { mtimeMs, imports });
    return imports;
  }

  /** Packages and the framework are not followed: they change by installing, which needs a restart. */
  #isFollowed(path: string): boolean {
    return isAbsolute(path) && !path.includes("/node_modules/") && !path.startsWith(`${this.engineDir}/sdk/`);
  }

  #scan(file: string, loader: "ts" | "tsx" | "js" | "jsx"): string[] {
    const transpiler = this.#transpilers.get(loader) ?? new Bun.Transpiler({ loader });
    this.#transpilers.set(loader, transpiler);
    const imports = new Set<string>();
    for (const specifier of specifiers(transpiler, file)) {
      const path = resolve(specifier, dirname(file));
      if (path !== undefined && this.#isFollowed(path)) imports.add(path);
    }
    return [...imports];
  }
}

function specifiers(transpiler: { scanImports(code: string): { path: string }[] }, file: string): string[] {
  try {
    return transpiler.scanImports(readFileSync(file, "utf8")).map(({ path }) => path);
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
