/**
 * Loading a module anew.
 *
 * Bun keeps ES modules and CommonJS modules in one registry, `require.cache`. A module that is deleted there is
 * evaluated again by the next `import()`, while everything else, packages and modules that other services share
 * included, stays the instance that it was. Top-level await, `import.meta.dir` and stack traces are those of the file.
 * The other ways were worse: `?v=2` in the specifier keeps every old version for ever and doesn't reach a module's own
 * imports; bundling each service duplicates what services share, and moves `import.meta.dir`.
 */

declare const require: { readonly cache: Record<string, unknown> };

/**
 * The modules themselves are freed, but JavaScriptCore keeps the compiled form of the last 2,000 or so in case that the
 * same text is evaluated again: about 10 KiB for each hundred functions. After so many, all of it is thrown away. That
 * takes some 3 ms, and the code that is still in use is compiled again when it next runs.
 */
const FORGET_AFTER = 64;

let evicted = 0;

/** Makes the next import of each of `files` evaluate it again. */
export function evict(files: Iterable<string>): void {
  for (const file of files) {
    // Also where it seems to hold none: a module that threw is kept, too, and not shown.
    delete require.cache[file];
    evicted++;
  }
}

/** Lets go of the compiled code of modules that were evicted, once there is enough of it. */
export function forgetOldCode(): void {
  if (evicted < FORGET_AFTER) return;
  evicted = 0;
  Bun.shrink();
}

export async function load(file: string): Promise<Record<string, unknown>> {
  return await import(file) as Record<string, unknown>;
}

export function isLoaded(file: string): boolean {
  return Object.hasOwn(require.cache, file);
}

/** The files of all modules that are loaded now. */
export function loadedFiles(): string[] {
  return Object.keys(require.cache);
}
