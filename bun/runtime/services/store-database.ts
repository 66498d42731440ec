/** The SQLite file behind the store: opened when it is needed, opened anew when it is damaged or gone. */

import type { Database, Statement } from "bun:sqlite";
import { existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../wire/log.ts";

declare const require: (name: "bun:sqlite") => typeof import("bun:sqlite");

const SCHEMA = `CREATE TABLE IF NOT EXISTS store (
  service TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (service, key)
) WITHOUT ROWID`;

/**
 * Write-ahead logging, so that readers and a writer in several processes don't hold each other up. `NORMAL`: a change is
 * in the log, with the operating system, when the call returns: killing the process loses nothing. A power failure can
 * take back the last changes, never damage the file; `FULL` would make each change wait for the disk, several times as
 * long.
 */
const SETTINGS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL";

/** How long a call waits for other processes, in milliseconds. */
const BUSY_LIMIT_MS = 5000;

interface Connection {
  readonly database: Database;
  readonly get: Statement<{ value: string }>;
  readonly set: Statement;
  readonly delete: Statement;
  readonly keys: Statement<{ key: string }>;
  readonly clear: Statement;
}

export class StoreDatabase {
  readonly file: string;
  #connection: Connection | undefined;
  /** Of the file that was opened: another one may take its place. */
  #inode = 0;

  constructor(private readonly directory: string, private readonly log: Log) {
    this.file = join(directory, "services.db");
  }

  get(service: string, key: string): string | undefined {
    return this.#run((connection) => connection.get.get(service, key)?.value);
  }

  set(service: string, key: string, text: string): void {
    this.#change((connection) => connection.set.run(service, key, text));
  }

  delete(service: string, key: string): void {
    this.#change((connection) => connection.delete.run(service, key));
  }

  keys(service: string): string[] {
    return this.#run((connection) => connection.keys.all(service).map(({ key }) => key));
  }

  clear(service: string): void {
    this.#change((connection) => connection.clear.run(service));
  }

  /** Never throws: it is called when the process ends. */
  close(): void {
    const connection = this.#connection;
    this.#connection = undefined;
    try {
      connection?.database.close();
    } catch (error) {
      this.log.warning(`closing the store ${this.file}: ${String(error)}`);
    }
  }

  /** A file that was deleted or set aside keeps taking writes that nobody would ever read. */
  #change(work: (connection: Connection) => unknown): void {
    if (this.#connection && this.#inode !== inodeOf(this.file)) this.close();
    this.#run(work);
  }

  /** Runs `work`; where the file turns out to be damaged, it runs once more on a new one. */
  #run<T>(work: (connection: Connection) => T): T {
    try {
      return work(this.#connect());
    } catch (error) {
      if (!isDamage(error)) throw error;
      this.#replace(error);
      return work(this.#connect());
    }
  }

  #connect(): Connection {
    return this.#connection ??= this.#open();
  }

  #open(): Connection {
    mkdirSync(this.directory, { recursive: true });
    // Loaded here and not on top: an app that keeps nothing doesn't load SQLite.
    const sqlite = require("bun:sqlite");
    const before = inodeOf(this.file);
    const database = new sqlite.Database(this.file, { create: true, readwrite: true });
    this.#inode = inodeOf(this.file);
    if (before !== 0 && before !== this.#inode) {
      // Another process has just replaced it: which of the two was opened can't be told.
      database.close();
      return this.#open();
    }
    try {
      database.exec(`PRAGMA busy_timeout = ${BUSY_LIMIT_MS}`);
      patiently(() => database.exec(`${SETTINGS}; ${SCHEMA}`));
      return {
        database,
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
  }

  /** Puts a damaged file out of the way. Of several processes that find the damage, the first one does. */
  #replace(damage: unknown): void {
    this.close();
    const target = `${this.file}.corrupt-${new Date().toISOString().replaceAll(":", "-")}`;
    const isReplaced = alone(`${this.file}.lock`, () => {
      if (inodeOf(this.file) !== this.#inode) return false;
      // The file itself last: as long as it is there, nobody makes a new one, whose log would be taken for this one's.
      for (const path of ["-wal", "-shm", ""]) {
        if (existsSync(this.file + path)) renameSync(this.file + path, target + path);
      }
      return true;
    });
    if (!isReplaced) return;
    const reason = damage instanceof Error ? damage.message : String(damage);
    this.log.error(
      `the store ${this.file} is corrupt (${reason}). It was set aside as ${target}, and a new one is used.`,
    );
  }
}

/**
 * Runs `work` while no other process does so. SQLite's locks end with their process, however it ends. The file stays:
 * SQLite fails on one that somebody else has just removed.
 */
function alone<T>(lockFile: string, work: () => T): T {
  const lock = new (require("bun:sqlite").Database)(lockFile, { create: true, readwrite: true });
  try {
    lock.exec(`PRAGMA busy_timeout = ${BUSY_LIMIT_MS}; BEGIN EXCLUSIVE`);
    return work();
  } finally {
    lock.close();
  }
}

/** SQLite doesn't wait by itself where several processes turn a new file to write-ahead logging at the same time. */
function patiently(work: () => void): void {
  const end = performance.now() + BUSY_LIMIT_MS;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!codeOf(error).startsWith("SQLITE_BUSY") || performance.now() > end) throw error;
      Bun.sleepSync(5);
    }
  }
}

/** 0 where there is no such file. */
function inodeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
}

function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB";
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}
