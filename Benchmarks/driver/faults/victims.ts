/** The processes of an app, and what is done to them. */

import { tree } from "../processes.ts";
import type { Program } from "../program.ts";
import type { Random } from "../../../bun/runtime/testing/random.ts";
import { threadNames } from "./traces.ts";
import { readFileSync } from "node:fs";

export type Kind = "bun" | "worker" | "page";

export interface Fault {
  readonly kind: Kind;
  readonly pid: number;
  readonly deed: "killed" | "stopped" | "hung";
  /** How long it is stopped; one that is hung is never told to go on. */
  readonly stopMs: number;
}

/** What hangs for good is noticed by missed health checks, which takes long: rare, and only in long runs. */
const HANG_CHANCE = 0.1;

/** A window gives up on a page whose process dies more often than five times a minute. */
const PAGE_KILLS_A_MINUTE = 4;
/** The delay before a worker's restart doubles up to half a minute, until one run has lasted for a minute. */
const WORKER_KILLS = 6;
const STABLE_MS = 62_000;

export class Victims {
  #pageKills: number[] = [];
  #workerKills: number[] = [];

  constructor(private readonly host: Program, private readonly random: Random, private readonly mayHang: boolean) {}

  /** What to do next; `undefined` where the process that was chosen doesn't run. */
  choose(): Fault | undefined {
    const kind = this.random.of<Kind>(["bun", "bun", "worker", "worker", "page"]);
    const pid = this.pid(kind);
    const deed = this.#deed(kind);
    const stopMs = deed === "stopped" ? Math.round(this.random.between(50, 1500)) : 0;
    return pid === undefined ? undefined : { kind, pid, deed, stopMs };
  }

  #deed(kind: Kind): Fault["deed"] {
    if (this.random.next() < 0.5 || !this.#mayKill(kind)) return "stopped";
    return this.mayHang && kind !== "page" && this.random.next() < HANG_CHANCE ? "hung" : "killed";
  }

  pid(kind: Kind): number | undefined {
    if (kind === "page") return this.#webProcess();
    const states = this.host.events.map(({ fields }) => fields).filter((fields) => fields["event"] === kind);
    const last = states.at(-1);
    return last?.["state"] === "running" ? Number(last["pid"]) : undefined;
  }

  /** Does it; resolves when a process that was stopped goes on. */
  async strike({ kind, pid, deed, stopMs }: Fault): Promise<void> {
    if (deed !== "stopped") {
      if (kind === "page") this.#pageKills.push(performance.now());
      if (kind === "worker") this.#workerKills.push(performance.now());
    }
    if (deed === "killed") return signal(pid, "SIGKILL");
    signal(pid, "SIGSTOP");
    if (deed === "hung") return;
    await Bun.sleep(stopMs);
    signal(pid, "SIGCONT");
  }

  #mayKill(kind: Kind): boolean {
    const now = performance.now();
    if (kind === "page") {
      this.#pageKills = this.#pageKills.filter((time) => now - time < STABLE_MS);
      return this.#pageKills.length < PAGE_KILLS_A_MINUTE;
    }
    if (kind !== "worker") return true;
    if (now - (this.#workerKills.at(-1) ?? now) > STABLE_MS) this.#workerKills = [];
    return this.#workerKills.length < WORKER_KILLS;
  }

  /**
   * One that talks to the host already. (WebKit gives up on the whole program when one dies before that, while it waits for
   * the process's number.)
   */
  #webProcess(): number | undefined {
    return tree(this.host.pid).find((pid) =>
      /^\S*\/WebKitWebProcess\0/.test(commandLine(pid)) && threadNames(pid).includes("ReceiveQueue")
    );
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

function signal(pid: number, name: "SIGKILL" | "SIGSTOP" | "SIGCONT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself meanwhile.
  }
}
