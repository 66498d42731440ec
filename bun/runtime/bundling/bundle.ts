/** One component, bundled. */

import { rewriteAppRegion } from "../../lib/index.ts";
import { resolve } from "node:path";
import type { BuildError } from "../../sdk/protocol.ts";
import { shownPath } from "../services/service-file.ts";
import { type Component, missingEntry, scriptUrl } from "./component.ts";
import { sdkAlias } from "./sdk-alias.ts";
import { svelteComponents } from "./svelte.ts";

/** Where files that components import (images, fonts) are served. The name holds a hash. */
export const ASSET_FOLDER = "/web/__assets__/";

export interface Bundle {
  readonly kind: "bundle";
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string | undefined;
  readonly styleHash: string | undefined;
  readonly sourceMap: string | undefined;
  /** Imported files by their name below {@link ASSET_FOLDER}. */
  readonly assets: ReadonlyMap<string, Uint8Array>;
  /** Absolute paths of everything that went in. */
  readonly inputs: ReadonlySet<string>;
  readonly exports: readonly string[];
}

export interface BundleFailure {
  readonly kind: "failure";
  readonly errors: readonly BuildError[];
}

export type BundleResult = Bundle | BundleFailure;

export interface BundleOptions {
  readonly root: string;
  readonly development: boolean;
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
    return await collect(component, output);
  } catch (error) {
    return { kind: "failure", errors: buildErrors(error, options.root) };
  }
}

function build(component: Component, { root, development }: BundleOptions): Promise<BunBuildOutput> {
  return Bun.build({
    entrypoints: [component.entry],
    root,
    target: "browser",
    format: "esm",
    metafile: true,
    throw: false,
    minify: !development,
    sourcemap: development ? "linked" : "none",
    // The page's import map provides the SDK: all slots of a page share one bridge.
    external: ["@keystone/sdk", "@keystone/sdk/*"],
    define: { "process.env.NODE_ENV": JSON.stringify(development ? "development" : "production") },
    publicPath: ASSET_FOLDER,
    naming: { entry: "[name].[ext]", asset: "[name]-[hash].[ext]" },
    plugins: [sdkAlias, svelteComponents({ root, development })],
  });
}

async function collect(component: Component, output: BunBuildOutput): Promise<Bundle> {
  const { entryPath, stylePath, exports } = outputsOf(output);
  let script = "";
  let style: string | undefined;
  let sourceMap: string | undefined;
  const assets = new Map<string, Uint8Array>();
  for (const artifact of output.outputs) {
    if (artifact.path === entryPath) script = await artifact.text();
    else if (artifact.path === stylePath) style = rewriteAppRegion(await artifact.text());
    else if (artifact.kind === "sourcemap") sourceMap ??= await artifact.text();
    else assets.set(artifact.path.replace(/^(?:\.?\/)+/, ""), new Uint8Array(await artifact.arrayBuffer()));
  }
  const bare = withoutTrailer(script);
  return {
    kind: "bundle",
    script: sourceMap === undefined ? bare : `${bare}\n//# sourceMappingURL=${scriptUrl(component.name)}.map\n`,
    scriptHash: hashOf(bare),
    style,
    styleHash: style === undefined ? undefined : hashOf(style),
    sourceMap,
    assets,
    inputs: inputsOf(output),
    exports,
  };
}

function outputsOf(
  output: BunBuildOutput,
): { entryPath: string | undefined; stylePath: string | undefined; exports: string[] } {
  for (const [path, { entryPoint, cssBundle, exports }] of Object.entries(output.metafile?.outputs ?? {})) {
    if (entryPoint !== undefined && !path.endsWith(".css")) {
      return { entryPath: path, stylePath: cssBundle, exports: exports ?? [] };
    }
  }
  return {
    entryPath: output.outputs.find(({ kind }) => kind === "entry-point")?.path,
    stylePath: undefined,
    exports: [],
  };
}

/** The metafile's paths are relative to the working directory. */
function inputsOf(output: BunBuildOutput): Set<string> {
  return new Set(Object.keys(output.metafile?.inputs ?? {}).map((path) => resolve(path)));
}

/** Without the debug id and the map's address, which change with comments and stylesheets. */
function withoutTrailer(script: string): string {
  return script.replace(/\n\/\/# (?:debugId|sourceMappingURL)=[^\n]*/g, "").trimEnd();
}

export function hashOf(content: string | Uint8Array): string {
  return Bun.hash(content).toString(36);
}

function buildErrors(error: unknown, root: string): BuildError[] {
  const several = (error as { errors?: unknown }).errors;
  return Array.isArray(several) ? several.map((one) => buildError(one, root)) : [buildError(error, root)];
}

function buildError(log: unknown, root: string): BuildError {
  const { message, position } = log as { message?: string; position?: BunBuildMessage["position"] };
  const error: BuildError = { message: message ?? String(log) };
  if (!position?.file) return error;
  const { file, line, column, lineText } = position;
  return { ...error, file: shownPath(root, file), line, column, lineText };
}
