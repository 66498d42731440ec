/** The services' key-value store: one SQLite file, a namespace for each service. */

import type { Database, Statement } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import type { StoreHandle } from "../../sdk/service.ts";
import type { Log } from "../wire/log.ts";

declare const require: (name: "bun:sqlite") => typeof import("bun:sqlite");

const SCHEMA = `CREATE TABLE IF NOT EXISTS store (
  service TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (service, key)
) WITHOUT ROWID`;

interface Statements {
  readonly get: Statement;
  readonly set: Statement;
  readonly delete: Statement;
  readonly keys: Statement;
  readonly clear: Statement;
}

/** Opened by the first access, so that an app that keeps nothing pays nothing. */
export class ServiceStore {
  readonly #file: string;
  #database: Database | undefined;
  #statements: Statements | undefined;

  constructor(private readonly directory: string, private readonly log: Log) {
    this.#file = join(directory, "services.db");
  }

  /** The slice of one service. */
  handle(service: string): StoreHandle {
    return {
      get: <T>(key: string) => {
        const row = this.#run(service, (sql) => sql.get.get(service, checkedKey(key))) as { value: string } | null;
        return row ? JSON.parse(row.value) as T : null;
      },
      set: (key, value) => {
        const text = serialise(service, key, value);
        this.#run(
          service,
          (sql) => text === undefined ? sql.delete.run(service, key) : sql.set.run(service, key, text),
        );
      },
      del: (key) => void this.#run(service, (sql) => sql.delete.run(service, checkedKey(key))),
      keys: () => {
        const rows = this.#run(service, (sql) => sql.keys.all(service)) as { key: string }[];
        return rows.map((row) => row.key);
      },
      clear: () => void this.#run(service, (sql) => sql.clear.run(service)),
    };
  }

  close(): void {
    const database = this.#database;
    this.#database = undefined;
    this.#statements = undefined;
    database?.close();
  }

  /** Runs `work`; a file that turns out to be damaged is set aside, and `work` runs once more on a new one. */
  #run<T>(service: string, work: (statements: Statements) => T): T {
    try {
      return this.#attempt(work);
    } catch (error) {
      throw new Error(`the store of service "${service}" (${this.#file}) failed: ${explain(error)}`, { cause: error });
    }
  }

  #attempt<T>(work: (statements: Statements) => T): T {
    try {
      return work(this.#statements ?? this.#open());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#setAside(error);
      return work(this.#open());
    }
  }

  #open(): Statements {
    mkdirSync(this.directory, { recursive: true });
    // Loaded here and not on top: an app that keeps nothing doesn't load SQLite.
    const sqlite = require("bun:sqlite");
    const database = new sqlite.Database(this.#file, { create: true, readwrite: true });
    try {
      database.exec("PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
      database.exec(SCHEMA);
      this.#statements = {
        get: database.prepare("SELECT value FROM store WHERE service = ? AND key = ?"),
        set: database.prepare("INSERT OR REPLACE INTO store (service, key, value) VALUES (?, ?, ?)"),
        delete: database.prepare("DELETE FROM store WHERE service = ? AND key = ?"),
        keys: database.prepare("SELECT key FROM store WHERE service = ? ORDER BY key"),
        clear: database.prepare("DELETE FROM store WHERE service = ?"),
      };
    } catch (error) {
      database.close();
      throw error;
    }
    this.#database = database;
    return this.#statements;
  }

  #setAside(error: unknown): void {
    try {
      this.close();
    } catch (closing) {
      this.log.debug(`closing a damaged store: ${explain(closing)}`);
    }
    const target = `${this.#file}.damaged-${new Date().toISOString().replaceAll(":", "-")}`;
    for (const suffix of ["", "-wal", "-shm"]) {
      if (existsSync(this.#file + suffix)) renameSync(this.#file + suffix, target + suffix);
    }
    this.log.error(
      `the store ${this.#file} is damaged (${explain(error)}). It was set aside as ${target}, and a new one is used.`,
    );
  }
}

function isDamage(error: unknown): boolean {
  const code = String((error as { code?: unknown } | null)?.code ?? "");
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}

function explain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === "SQLITE_READONLY" || code === "EROFS" || code === "EACCES") return `${message}; make it writable`;
  return message ?? String(error);
}

function checkedKey(key: unknown): string {
  if (typeof key !== "string") throw new TypeError(`a key must be a text, not ${typeof key}`);
  return key;
}

function serialise(service: string, key: unknown, value: unknown): string | undefined {
  try {
    checkedKey(key);
    if (value === undefined) return undefined;
    const text = JSON.stringify(value);
    if (text === undefined) throw new TypeError(`a ${typeof value} is not a JSON value`);
    return text;
  } catch (error) {
    throw new TypeError(`store.set(${JSON.stringify(key)}) of service "${service}": ${explain(error)}`);
  }
}
