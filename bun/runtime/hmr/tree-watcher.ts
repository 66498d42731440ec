/** Watches a directory tree, one watch a directory, so that packages and data cost nothing. */

import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

export interface TreeWatcherEvents {
  /** A file came, changed or went. */
  changed(file: string): void;
  failed(directory: string, error: unknown): void;
}

export class TreeWatcher {
  readonly #watchers = new Map<string, FSWatcher>();

  /** @param isIgnored - directories that are not entered. */
  constructor(
    private readonly isIgnored: (directory: string) => boolean,
    private readonly events: TreeWatcherEvents,
  ) {}

  /** Watches `directory` with everything below it. */
  addTree(directory: string): void {
    if (this.isIgnored(directory) || !this.addDirectory(directory)) return;
    for (const child of childrenOf(directory)) if (child.isDirectory) this.addTree(child.path);
  }

  /** Watches `directory` alone. @returns whether it is watched now. */
  addDirectory(directory: string): boolean {
    if (this.#watchers.has(directory)) return true;
    try {
      const watcher = watch(directory, (_, name) => this.#noticed(directory, name));
      watcher.on("error", (error) => this.#lost(directory, error));
      this.#watchers.set(directory, watcher);
      return true;
    } catch (error) {
      this.#lost(directory, error);
      return false;
    }
  }

  close(): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #noticed(directory: string, name: string | null): void {
    if (name === null) return;
    const path = join(directory, name);
    const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
    if (!isDirectory) {
      this.#dropTree(path);
      this.events.changed(path);
    } else if (!this.isIgnored(path)) this.#adopt(path);
  }

  /** A directory that has just come: what is in it came before its watch did. */
  #adopt(directory: string): void {
    // One that went and came back has a dead watch under its name.
    this.#dropTree(directory);
    this.addTree(directory);
    for (const file of filesBelow(directory, this.isIgnored)) this.events.changed(file);
  }

  #dropTree(path: string): void {
    for (const [directory, watcher] of this.#watchers) {
      if (directory !== path && !directory.startsWith(`${path}/`)) continue;
      watcher.close();
      this.#watchers.delete(directory);
    }
  }

  #lost(directory: string, error: unknown): void {
    this.#watchers.get(directory)?.close();
    this.#watchers.delete(directory);
    // A directory that was deleted is not worth a word.
    if (statSync(directory, { throwIfNoEntry: false })) this.events.failed(directory, error);
  }
}

interface Child {
  readonly path: string;
  readonly isDirectory: boolean;
}

function childrenOf(directory: string): Child[] {
  try {
    return readdirSync(directory, { withFileTypes: true })
      .map((item) => ({ path: join(directory, item.name), isDirectory: item.isDirectory() }));
  } catch {
    // It went while we looked.
    return [];
  }
}

function* filesBelow(directory: string, isIgnored: (directory: string) => boolean): Iterable<string> {
  for (const { path, isDirectory } of childrenOf(directory)) {
    if (!isDirectory) yield path;
    else if (!isIgnored(path)) yield* filesBelow(path, isIgnored);
  }
}
