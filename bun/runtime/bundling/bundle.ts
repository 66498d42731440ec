/** One component, bundled. */

import type { BuildError } from "../../sdk/protocol.ts";
import { shownPath } from "../services/service-file.ts";
import type { AppPlugins } from "./app-plugins.ts";
import { ASSET_FOLDER } from "./asset-folder.ts";
import { buildError, buildErrors } from "./build-errors.ts";
import { type Component, missingEntry } from "./component.ts";
import { collect, collectWorker } from "./outputs.ts";
import { sdkAlias } from "./sdk-alias.ts";
import { svelteComponents } from "./svelte.ts";
import { uncompiled } from "./uncompiled.ts";
import type { WorkerScript } from "./worker-scripts.ts";

export interface Bundle {
  readonly kind: "bundle";
  /** Names this version of script and stylesheet together. Pages tell what they run by it. */
  readonly build: string;
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string | undefined;
  readonly styleHash: string | undefined;
  readonly sourceMap: string | undefined;
  /** Chunks and workers' scripts with their source maps, and imported files, by their name below {@link ASSET_FOLDER}. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  /** Absolute paths of everything that went in. */
  readonly inputs: ReadonlySet<string>;
}

export interface BundleFailure {
  readonly kind: "failure";
  readonly errors: readonly BuildError[];
}

export type BundleResult = Bundle | BundleFailure;

export interface BundleOptions {
  readonly root: string;
  readonly development: boolean;
  readonly plugins: AppPlugins;
  /** From {@link environmentDefines}. */
  readonly defines: Record<string, string>;
}

/** Bundles one component for the browser. Never rejects: whatever goes wrong is a failure with its place. */
export async function bundleComponent(component: Component, options: BundleOptions): Promise<BundleResult> {
  const missing = missingEntry(component);
  if (missing !== undefined) {
    return { kind: "failure", errors: [{ message: missing, file: shownPath(options.root, component.entry) }] };
  }
  try {
    const output = await build(component, options);
    if (!output.success) return { kind: "failure", errors: output.logs.map((log) => buildError(log, options.root)) };
    return await collect(component, output, options, (entry) => buildWorker(entry, options));
  } catch (error) {
    return { kind: "failure", errors: buildErrors(error, options.root) };
  }
}

async function build(component: Component, options: BundleOptions): Promise<BunBuildOutput> {
  return await Bun.build({
    ...await settings(options),
    entrypoints: [component.entry],
    format: "esm",
    splitting: true,
    // The page's import map provides the SDK: all slots of a page share one bridge.
    external: ["@keystone/sdk", "@keystone/sdk/*"],
  });
}

/** A script for `new Worker`: one file, for the page's import map does not hold in workers. */
async function buildWorker(entry: string, options: BundleOptions): Promise<WorkerScript> {
  const common = await settings(options);
  const plugins = [pageOnly, ...common.plugins];
  const output = await Bun.build({ ...common, plugins, entrypoints: [entry], format: "iife" });
  if (!output.success) throw new AggregateError(output.logs, `${entry} can't be bundled`);
  return await collectWorker(output, options);
}

async function settings(options: BundleOptions) {
  const { root, development, defines } = options;
  const plugins = await options.plugins.all();
  return {
    root,
    target: "browser",
    metafile: true,
    throw: false,
    minify: !development,
    sourcemap: development ? "linked" : "external",
    // What packages offer for these in their `exports`: warnings for developers or none, uncompiled Svelte components.
    conditions: [development ? "development" : "production", "svelte"],
    define: defines,
    publicPath: ASSET_FOLDER,
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    // The app's first, so that one may replace what is built in.
    plugins: [...plugins, sdkAlias, svelteComponents({ root, development }), uncompiled],
  } satisfies Partial<BunBuildOptions>;
}

const pageOnly: BunPlugin = {
  name: "keystone-page-only",
  setup(build) {
    build.onResolve({ filter: /^(?:@keystone\/sdk|keystone-desktop)(?:\/|$)/ }, ({ path }) => {
      throw new Error(`"${path}" is for pages; a worker script asks its page with postMessage`);
    });
  },
};
