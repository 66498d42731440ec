/** What the bundler made, sorted into what is served. */

import { resolve } from "node:path";
import { rewriteAppRegion } from "../../lib/index.ts";
import type { Bundle, BundleOptions } from "./bundle.ts";
import { type Component, scriptUrl } from "./component.ts";
import { hashOf } from "./hash.ts";
import { positionsOnly, rootedMap } from "./source-maps.ts";
import { type WorkerScript, WorkerScripts } from "./worker-scripts.ts";

/** The export by which a page learns which build it runs, so that it can ask for a newer one after a lost connection. */
const BUILD_EXPORT = "__keystoneBuild";

/** The bundle of a component. @param buildWorker - bundles a worker's script. */
export async function collect(
  component: Component,
  output: BunBuildOutput,
  options: BundleOptions,
  buildWorker: (entry: string) => Promise<WorkerScript>,
): Promise<Bundle> {
  const { entryPath, stylePath } = outputsOf(output);
  const workers = new WorkerScripts(buildWorker);
  const script = await workers.link(withoutTrailer(await textOf(output, entryPath)), await mapOf(output, entryPath));
  const files = await filesOf(output, options, workers);
  const style = stylePath === undefined ? undefined : rewriteAppRegion(await textOf(output, stylePath));
  const scriptHash = hashOf(script + workers.hash);
  const styleHash = style === undefined ? undefined : hashOf(style);
  const build = styleHash === undefined ? scriptHash : `${scriptHash}-${styleHash}`;
  const mapUrl = `${scriptUrl(component.name)}.map?t=${scriptHash}`;
  return {
    kind: "bundle",
    build,
    script: options.development ? withNotes(script, build, mapUrl) : `${script}\n`,
    scriptHash,
    style,
    styleHash,
    sourceMap: servedMap(await mapOf(output, entryPath), options),
    files: new Map([...files, ...workers.files]),
    inputs: new Set([...inputsOf(output), ...workers.inputs]),
  };
}

/** A worker's script out of a build of its own, which has no chunks. */
export async function collectWorker(output: BunBuildOutput, options: BundleOptions): Promise<WorkerScript> {
  const { entryPath } = outputsOf(output);
  return {
    script: withoutTrailer(await textOf(output, entryPath)),
    files: await filesOf(output, options),
    sourceMap: options.development ? servedMap(await mapOf(output, entryPath), options) : undefined,
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

/** Chunks, their maps, and imported files, by the name under which they are served. */
async function filesOf(
  output: BunBuildOutput,
  options: BundleOptions,
  workers?: WorkerScripts,
): Promise<Map<string, string | Uint8Array>> {
  const { entryPath, stylePath, lazyStyles } = outputsOf(output);
  const files = new Map<string, string | Uint8Array>();
  for (const artifact of output.outputs) {
    const { path, kind } = artifact;
    if (path === entryPath || path === stylePath || path === mapPath(entryPath) || lazyStyles.has(path)) continue;
    const name = path.replace(/^(?:\.?\/)+/, "");
    if (kind === "chunk" && workers) {
      files.set(name, await workers.link(await artifact.text(), await mapOf(output, path)));
    } else if (kind === "sourcemap") files.set(name, servedMap(await artifact.text(), options) ?? "");
    else files.set(name, new Uint8Array(await artifact.arrayBuffer()));
  }
  return files;
}

/** Not by the artifact's `sourcemap`, which is another artifact's where there are chunks (Bun 1.4). */
const mapPath = (path: string | undefined): string => `${path}.map`;

async function mapOf(output: BunBuildOutput, path: string | undefined): Promise<string | undefined> {
  return await output.outputs.find((artifact) => artifact.path === mapPath(path))?.text();
}

async function textOf(output: BunBuildOutput, path: string | undefined): Promise<string> {
  return await output.outputs.find((artifact) => artifact.path === path)?.text() ?? "";
}

function servedMap(map: string | undefined, { root, development }: BundleOptions): string | undefined {
  if (map === undefined) return undefined;
  const rooted = rootedMap(map, root);
  return development ? rooted : positionsOnly(rooted);
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
