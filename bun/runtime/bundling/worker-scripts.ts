/**
 * `new Worker(new URL("./crunch.ts", import.meta.url))`, the way of modules to name a worker's script: the bundler leaves
 * it as it is, and a page could not load TypeScript by it.
 */

import { statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { originalPositions, type SourceMap } from "../../lib/source-map.ts";
import { ASSET_FOLDER } from "./asset-folder.ts";
import { hashOf } from "./hash.ts";

/** As the bundler prints it. The second group is the script's path in quotes. */
const WORKER = /new (?:Shared)?Worker\(\s*(new URL\(\s*("(?:[^"\\\n]|\\.)*")\s*,\s*import\.meta\.url\s*\))/g;
const RELATIVE = /^\.\.?\//;

/** Worker scripts are served under names that stay when they change: what names them would change, too. */
const PREFIX = "w_";

/** May the file of this name be another one later? */
export const isWorkerScript = (name: string): boolean => name.startsWith(PREFIX);

/** A worker's script, bundled. */
export interface WorkerScript {
  readonly script: string;
  readonly sourceMap: string | undefined;
  /** What it imports as files, by served name. */
  readonly files: ReadonlyMap<string, string | Uint8Array>;
  readonly inputs: ReadonlySet<string>;
}

/** The worker scripts that a component starts. */
export class WorkerScripts {
  /** By served name. */
  readonly files = new Map<string, string | Uint8Array>();
  readonly inputs = new Set<string>();
  readonly #scripts: string[] = [];

  /** @param build - bundles the script at an absolute path; rejects with the bundler's complaints. */
  constructor(private readonly build: (entry: string) => Promise<WorkerScript>) {}

  /**
   * The text with each worker's address in the place of its source's. No character moves, so that `map` stays right.
   *
   * @param map - of this text, with sources relative to the working directory.
   * @throws Error for a script that is not there or can't be bundled.
   */
  async link(text: string, map: string | undefined): Promise<string> {
    if (map === undefined || !text.includes("Worker(")) return text;
    const calls = [...text.matchAll(WORKER)].filter((call) => RELATIVE.test(JSON.parse(call[2] ?? `""`)));
    if (calls.length === 0) return text;
    const starts = calls.map((call) => call.index + call[0].indexOf(call[1] ?? ""));
    const sources = originalPositions(JSON.parse(map) as SourceMap, starts.map((start) => placeOf(text, start)));
    let linked = text;
    for (const [number, call] of calls.entries()) {
      const [start, length, source] = [starts[number] ?? 0, call[1]?.length ?? 0, sources[number]?.source];
      if (source === undefined) continue;
      const address = await this.#address(resolve(dirname(resolve(source)), JSON.parse(call[2] ?? `""`)));
      linked = linked.slice(0, start) + JSON.stringify(address).padEnd(length) + linked.slice(start + length);
    }
    return linked;
  }

  /** Names this set of scripts: a component whose workers have changed has changed. */
  get hash(): string {
    return this.#scripts.length === 0 ? "" : hashOf(this.#scripts.join("\n"));
  }

  async #address(entry: string): Promise<string> {
    const name = `${PREFIX}${hashOf(entry).slice(0, 8)}.js`;
    if (!this.files.has(name)) await this.#add(entry, name);
    return ASSET_FOLDER + name;
  }

  async #add(entry: string, name: string): Promise<void> {
    if (!statSync(entry, { throwIfNoEntry: false })?.isFile()) {
      throw new Error(`the worker script ${entry} is not there`);
    }
    const { script, sourceMap, files, inputs } = await this.build(entry);
    const note = sourceMap === undefined ? "" : `//# sourceMappingURL=${name}.map\n`;
    this.#scripts.push(script);
    this.files.set(name, `${script}\n${note}`);
    if (sourceMap !== undefined) this.files.set(`${name}.map`, sourceMap);
    for (const [file, content] of files) this.files.set(file, content);
    for (const input of inputs) this.inputs.add(input);
  }
}

/** Line and column, from 1, of an offset. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: offset - lineStart + 1 };
}
