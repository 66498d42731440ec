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

/** Makes the next import of each of `files` evaluate it again. */
export function evict(files: Iterable<string>): void {
  for (const file of files) delete require.cache[file];
}

export async function load(file: string): Promise<Record<string, unknown>> {
  return await import(file) as Record<string, unknown>;
}
