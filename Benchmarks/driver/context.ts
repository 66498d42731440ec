import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Row } from "./result.ts";
import { Program, using } from "./program.ts";

export const repository = resolve(import.meta.dir, "../..");

const PROGRAMS = {
  keystone: join(repository, "Host/.build/release/keystone"),
  host: join(repository, "Host/.build/release/keystone-host"),
  benchHost: join(repository, "Benchmarks/.build/release/bench-host"),
  bare: join(repository, "Benchmarks/.build/release/bare"),
  bun: join(repository, ".tools/bun"),
};

/** A benchmark of `./bench`. */
export interface Benchmark {
  name: string;
  title: string;
  run(context: Context): Promise<Row[]>;
}

/** What a benchmark runs in: the programs, and a place of their own for everything that they write. */
export class Context {
  readonly #directory = mkdtempSync(join(tmpdir(), "keystone-bench-"));
  readonly #environment: Record<string, string>;

  constructor(readonly quick: boolean, readonly runs: number, readonly progress: (text: string) => void) {
    const home = join(this.#directory, "home");
    mkdirSync(home);
    this.#environment = {
      ...definedOnly(process.env),
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
      XDG_CONFIG_HOME: join(home, "config"),
      XDG_CACHE_HOME: join(home, "cache"),
      XDG_STATE_HOME: join(home, "state"),
      KEYSTONE_LOG: join(home, "keystone.log"),
      KEYSTONE_BUN: PROGRAMS.bun,
      KEYSTONE_ENGINE: repository,
    };
    for (const name of ["data", "config", "cache", "state"]) mkdirSync(join(home, name));
  }

  /** A copy of an app of `Benchmarks/apps`, made once. */
  app(name: string): string {
    const copy = join(this.#directory, name);
    if (!existsSync(copy)) cpSync(join(repository, "Benchmarks/apps", name), copy, { recursive: true });
    return copy;
  }

  /** An empty directory of this name, for an app that a benchmark writes itself. */
  directory(name: string): string {
    const path = join(this.#directory, name);
    rmSync(path, { recursive: true, force: true });
    mkdirSync(path);
    return path;
  }

  /** Starts a program; its events are timed from here. */
  start(program: keyof typeof PROGRAMS, args: string[], env: Record<string, string> = {}): Program {
    return new Program([PROGRAMS[program], ...args], { ...this.#environment, ...env });
  }

  /** Starts an app by the command, as in development: it prepares the app's directory and becomes the host. */
  run(app: string): Program {
    return this.start("keystone", ["run", this.app(app), "--control"]);
  }

  /** Starts an app in the host alone, as a packaged app does. Its directory must have been prepared by `run`. */
  host(app: string): Program {
    return this.start("host", [this.app(app), "--control"]);
  }

  /** Starts an app in the host that has the benchmarks' handlers. Its directory must have been prepared by `run`. */
  benchHost(app: string): Program {
    return this.start("benchHost", [this.app(app), "--control"]);
  }

  /** Lets the command prepare an app's directory, and fills caches on the way. Returns how Keystone draws here. */
  async prepare(app: string): Promise<{ software: boolean }> {
    this.progress(`preparing the ${app} app`);
    return await using(this.run(app), async (host) => {
      await host.event("mounted");
      return { software: /\bsoftware\b/.test(host.log) };
    });
  }

  /** Does something once for each run and collects what it returns. */
  async eachRun<T>(what: string, body: (run: number) => Promise<T>): Promise<T[]> {
    const results: T[] = [];
    for (let run = 0; run < this.runs; run++) {
      this.progress(`${what}, run ${run + 1} of ${this.runs}`);
      results.push(await body(run));
    }
    return results;
  }

  remove(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

function definedOnly(variables: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
