/** What the bundler made, sorted into what is served. */

import { resolve } from "node:path";
import { rewriteAppRegion } from "../../lib/index.ts";
import type { Bundle, BundleOptions } from "./bundle.ts";
import { type Component, scriptUrl } from "./component.ts";
import { positionsOnly, rootedMap } from "./source-maps.ts";

/** The export by which a page learns which build it runs, so that it can ask for a newer one after a lost connection. */
const BUILD_EXPORT = "__keystoneBuild";

export async function collect(
  component: Component,
  output: BunBuildOutput,
  { root, development }: BundleOptions,
): Promise<Bundle> {
  const served = (map: string) => development ? rootedMap(map, root) : positionsOnly(rootedMap(map, root));
  const { entryPath, stylePath, lazyStyles } = outputsOf(output);
  const entry = output.outputs.find(({ path }) => path === entryPath);
  const script = withoutTrailer(await entry?.text() ?? "");
  // Not by the artifact's `sourcemap`, which is another artifact's where there are chunks (Bun 1.4).
  const mapPath = `${entryPath}.map`;
  const map = await output.outputs.find(({ path }) => path === mapPath)?.text();
  const style = await output.outputs.find(({ path }) => path === stylePath)?.text();
  const files = new Map<string, string | Uint8Array>();
  for (const artifact of output.outputs) {
    const { path } = artifact;
    if (path === entryPath || path === stylePath || path === mapPath || lazyStyles.has(path)) continue;
    files.set(servedName(path), await contentOf(artifact, served));
  }
  const scriptHash = hashOf(script);
  const drawn = style === undefined ? undefined : rewriteAppRegion(style);
  const styleHash = drawn === undefined ? undefined : hashOf(drawn);
  const build = styleHash === undefined ? scriptHash : `${scriptHash}-${styleHash}`;
  return {
    kind: "bundle",
    build,
    script: development ? withNotes(script, build, `${scriptUrl(component.name)}.map?t=${scriptHash}`) : `${script}\n`,
    scriptHash,
    style: drawn,
    styleHash,
    sourceMap: map === undefined ? undefined : served(map),
    files,
    inputs: inputsOf(output),
  };
}

interface Outputs {
  readonly entryPath: string | undefined;
  readonly stylePath: string | undefined;
  /** Stylesheets of modules that are imported dynamically; the component's own has them in it already. */
  readonly lazyStyles: ReadonlySet<string>;
}

function outputsOf(output: BunBuildOutput): Outputs {
  const entryPath = output.outputs.find(({ kind }) => kind === "entry-point")?.path;
  const described = output.metafile?.outputs ?? {};
  const stylePath = entryPath === undefined ? undefined : described[entryPath]?.cssBundle;
  const styles = Object.values(described).map(({ cssBundle }) => cssBundle).filter((path) => path !== undefined);
  return { entryPath, stylePath, lazyStyles: new Set(styles.filter((path) => path !== stylePath)) };
}

function servedName(path: string): string {
  return path.replace(/^(?:\.?\/)+/, "");
}

async function contentOf(artifact: BunBuildArtifact, served: (map: string) => string): Promise<string | Uint8Array> {
  if (artifact.kind === "sourcemap") return served(await artifact.text());
  return artifact.kind === "chunk" ? await artifact.text() : new Uint8Array(await artifact.arrayBuffer());
}

/** The metafile's paths are relative to the working directory. */
function inputsOf(output: BunBuildOutput): Set<string> {
  return new Set(Object.keys(output.metafile?.inputs ?? {}).map((path) => resolve(path)));
}

function withNotes(script: string, build: string, mapUrl: string): string {
  const note = `export const ${BUILD_EXPORT} = ${JSON.stringify(build)};`;
  return `${script}\n${note}\n//# sourceMappingURL=${mapUrl}\n`;
}

/** Without the debug id and the map's address, which change with comments and stylesheets. */
function withoutTrailer(script: string): string {
  return script.replace(/\n\/\/# (?:debugId|sourceMappingURL)=[^\n]*/g, "").trimEnd();
}

export function hashOf(content: string | Uint8Array): string {
  return Bun.hash(content).toString(36);
}
