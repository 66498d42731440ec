/** From a saved file to whoever it concerns. */

import { basename, dirname, join } from "node:path";
import type { ResolvedConfig } from "../../sdk/config.ts";
import { realpathOf } from "../real-path.ts";
import type { Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { Debounce } from "./debounce.ts";
import { TreeWatcher } from "./tree-watcher.ts";

/**
 * Bun drops an event that follows another one of the same file within one or two milliseconds (tried: half of the saves
 * in quick succession). Files are read after a quiet time that is longer than that, so the last save is always seen.
 */
const MIN_QUIET_MS = 10;

export interface ChangeReceivers {
  /** Components and services by the files that changed. */
  readonly receivers: readonly ((files: ReadonlySet<string>) => Promise<void>)[];
  /** Files outside of the bun root that matter as well. */
  readonly foreignFiles: () => Iterable<string>;
}

export interface AppWatch {
  /** Watches where these files lie, outside of the root too. */
  addFiles(files: Iterable<string>): void;
  close(): void;
}

/** Watches the files below `root` and hands changes on, in bursts. */
export function watchApp(
  { root, dataDir }: { readonly root: string; readonly dataDir: string },
  config: ResolvedConfig,
  changes: ChangeReceivers,
  log: Log,
): AppWatch {
  const watcher = new TreeWatcher((directory) => isIgnored(directory, dataDir), {
    changed: (file) => {
      if (isWorthWhile(file)) debounce.add(file);
    },
    failed: (directory, error) =>
      log.warning(`${directory} can't be watched, its changes are not seen: ${describeError(error)}`),
  });
  const addFiles = (files: Iterable<string>) => {
    for (const file of files) if (isForeign(file, root)) watcher.addDirectory(dirname(file));
  };
  const refresh = () => addFiles(changes.foreignFiles());
  const debounce = new Debounce(Math.max(MIN_QUIET_MS, config.watch.debounceMs), (files) => {
    for (const receive of changes.receivers) {
      void receive(files).then(refresh).catch((error) => log.error(`hot reload failed: ${describeError(error)}`));
    }
  });
  watcher.addTree(root);
  const web = realpathOf(join(root, config.web.dir));
  if (web !== undefined && isForeign(web, root)) watcher.addTree(web);
  refresh();
  return {
    addFiles,
    close: () => {
      debounce.cancel();
      watcher.close();
    },
  };
}

function isIgnored(directory: string, dataDir: string): boolean {
  const name = basename(directory);
  return name === "node_modules" || name.startsWith(".") || directory === dataDir ||
    directory.endsWith(join("bun", "data"));
}

/** Editors' own files come and go beside those that they save. */
function isWorthWhile(file: string): boolean {
  return !/(?:^\.|~$|\.sw[a-z]$|\.tmp$|^4913$|^#.*#$)/.test(basename(file));
}

function isForeign(file: string, root: string): boolean {
  return !file.startsWith(`${root}/`) && !file.includes("/node_modules/");
}
