/** `.svelte` files, compiled by the `svelte` package of the app: `bun add svelte` is all that it takes. */

import { readFileSync } from "node:fs";

/** What is used of `svelte/compiler`, version 5. */
interface SvelteCompiler {
  compile(source: string, options: CompileOptions & { css: "injected" }): Compiled;
  compileModule(source: string, options: CompileOptions): Compiled;
}

interface CompileOptions {
  filename: string;
  generate: "client";
  dev: boolean;
}

interface Compiled {
  readonly js: { readonly code: string };
}

export interface SvelteOptions {
  /** Where the app's packages are found from. */
  readonly root: string;
  readonly development: boolean;
}

export function svelteComponents({ root, development }: SvelteOptions): BunPlugin {
  let compiler: Promise<SvelteCompiler> | undefined;
  return {
    name: "keystone-svelte",
    setup(build) {
      build.onLoad({ filter: /\.svelte(?:\.[jt]s)?$/ }, async ({ path }) => {
        compiler ??= load(root);
        const { compile, compileModule } = await compiler;
        const source = readFileSync(path, "utf8");
        const options: CompileOptions = { filename: path, generate: "client", dev: development };
        try {
          if (path.endsWith(".svelte")) {
            return { contents: compile(source, { ...options, css: "injected" }).js.code, loader: "js" };
          }
          // Runes in a plain module; Svelte's compiler reads no types there.
          const script = path.endsWith(".ts") ? new Bun.Transpiler({ loader: "ts" }).transformSync(source) : source;
          return { contents: compileModule(script, options).js.code, loader: "js" };
        } catch (error) {
          throw located(error, path);
        }
      });
    },
  };
}

/** The bundler passes on the message alone, so the place goes into it. */
function located(error: unknown, path: string): Error {
  const { message, start } = error as { message?: unknown; start?: { line: number; column: number } };
  const place = start ? `${path}:${start.line}:${start.column + 1}` : path;
  return new Error(`${place}: ${String(message ?? error)}`, { cause: error });
}

async function load(root: string): Promise<SvelteCompiler> {
  let file: string;
  try {
    file = Bun.resolveSync("svelte/compiler", root);
  } catch {
    throw new Error(`this app has no package "svelte" to compile it with; install it: cd ${root} && bun add svelte`);
  }
  return await import(file) as SvelteCompiler;
}
