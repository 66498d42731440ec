/** The services' key-value store: one SQLite file, a namespace for each service. */

import type { StoreHandle } from "../../sdk/service.ts";
import type { Log } from "../wire/log.ts";
import { StoreDatabase } from "./store-database.ts";

/**
 * What `set`, `del` and `clear` have done when they return outlives this process, however it ends. Several processes may
 * use one directory at the same time.
 */
export class ServiceStore {
  readonly #database: StoreDatabase;

  /** Opened by the first access, so that an app that keeps nothing pays nothing. */
  constructor(directory: string, log: Log) {
    this.#database = new StoreDatabase(directory, log);
  }

  /** The slice of one service. */
  handle(service: string): StoreHandle {
    const database = this.#database;
    const named = <T>(work: () => T): T => naming(service, database.file, work);
    return {
      get: <T>(key: string) => named(() => parsed<T>(key, database.get(service, checkedKey(key)))),
      set: (key, value) => {
        const text = serialise(service, key, value);
        named(() => text === undefined ? database.delete(service, key) : database.set(service, key, text));
      },
      del: (key) => named(() => database.delete(service, checkedKey(key))),
      keys: () => named(() => database.keys(service)),
      clear: () => named(() => database.clear(service)),
    };
  }

  close(): void {
    this.#database.close();
  }
}

function naming<T>(service: string, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`the store of service "${service}" (${file}) failed: ${explain(error)}`, { cause: error });
  }
}

const REMEDIES: Record<string, string> = {
  SQLITE_READONLY: "make the file and its directory writable",
  SQLITE_CANTOPEN: "its directory must exist or be possible to make, and be writable",
  SQLITE_FULL: "the disk is full; nothing was changed",
  SQLITE_IOERR: "the disk is full or fails; nothing was changed",
  SQLITE_BUSY: "another process has held it for too long",
  EROFS: "its file system is read-only",
  EACCES: "make its directory writable",
  ENOSPC: "the disk is full",
  ENOTDIR: "a file is where its directory should be",
  EEXIST: "a file is where its directory should be",
};

function explain(error: unknown): string {
  const { code = "", message } = error as { code?: string; message?: string };
  // SQLite's codes have refinements: SQLITE_IOERR_WRITE.
  const known = Object.keys(REMEDIES).find((name) => code === name || code.startsWith(`${name}_`));
  const text = message ?? String(error);
  return known === undefined ? text : `${text} (${code}): ${REMEDIES[known]}`;
}

function checkedKey(key: unknown): string {
  if (typeof key !== "string") throw new TypeError(`a key must be a text, not ${typeof key}`);
  return key;
}

function parsed<T>(key: string, text: string | undefined): T | null {
  if (text === undefined) return null;
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw new Error(`the value of "${key}" is not JSON; another program has written it`, { cause: error });
  }
}

function serialise(service: string, key: unknown, value: unknown): string | undefined {
  try {
    checkedKey(key);
    if (value === undefined) return undefined;
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`a ${typeof value} is not a JSON value`);
    return text;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`store.set(${JSON.stringify(key)}) of service "${service}": ${reason}`, { cause: error });
  }
}
