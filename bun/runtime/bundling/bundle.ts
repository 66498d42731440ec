/** One component, bundled. */

import type { BuildError } from "../../sdk/protocol.ts";
import { shownPath } from "../services/service-file.ts";
import type { AppPlugins } from "./app-plugins.ts";
import { buildError, buildErrors } from "./build-errors.ts";
import { type Component, missingEntry } from "./component.ts";
import { collect } from "./outputs.ts";
import { sdkAlias } from "./sdk-alias.ts";
import { svelteComponents } from "./svelte.ts";

/** Where chunks and the files that components import (images, fonts) are served. The name holds a hash. */
export const ASSET_FOLDER = "/web/__assets__/";

export interface Bundle {
  readonly kind: "bundle";
  /** Names this version of script and stylesheet together. Pages tell what they run by it. */
  readonly build: string;
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string | undefined;
  readonly styleHash: string | undefined;
  readonly sourceMap: string | undefined;
  /** Chunks, their source maps, and imported files, by their name below {@link ASSET_FOLDER}. */
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
    return await collect(component, output, options);
  } catch (error) {
    return { kind: "failure", errors: buildErrors(error, options.root) };
  }
}

async function build(component: Component, options: BundleOptions): Promise<BunBuildOutput> {
  const { root, development, defines } = options;
  const plugins = await options.plugins.all();
  return await Bun.build({
    entrypoints: [component.entry],
    root,
    target: "browser",
    format: "esm",
    splitting: true,
    metafile: true,
    throw: false,
    minify: !development,
    sourcemap: development ? "linked" : "external",
    // The page's import map provides the SDK: all slots of a page share one bridge.
    external: ["@keystone/sdk", "@keystone/sdk/*"],
    // What packages offer for these in their `exports`: warnings for developers or none, uncompiled Svelte components.
    conditions: [development ? "development" : "production", "svelte"],
    define: defines,
    publicPath: ASSET_FOLDER,
    naming: { entry: "[name].[ext]", chunk: "[name]-[hash].[ext]", asset: "[name]-[hash].[ext]" },
    // The app's first, so that one may replace what is built in.
    plugins: [...plugins, sdkAlias, svelteComponents({ root, development })],
  });
}
