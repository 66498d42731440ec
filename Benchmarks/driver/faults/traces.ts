/** What a run leaves in the system while it goes on, and afterwards. */

import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

export interface Usage {
  residentMiB: number;
  descriptors: number;
  threads: number;
}

export function usageOf(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const field = (name: string) => Number(status.match(new RegExp(`^${name}:\\s+(\\d+)`, "m"))?.[1]);
  return {
    residentMiB: field("VmRSS") / 1024,
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    threads: field("Threads"),
  };
}

/** Processes that were started with `mark` in their environment and still run, with their command lines. */
export function processesMarked(mark: string): { pid: number; command: string }[] {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry)).flatMap((entry) => {
    try {
      if (Number(entry) === process.pid || !readFileSync(`/proc/${entry}/environ`, "utf8").includes(mark)) return [];
      const command = readFileSync(`/proc/${entry}/cmdline`, "utf8").replaceAll("\0", " ").trim();
      return command === "" ? [] : [{ pid: Number(entry), command }];
    } catch {
      // It ended meanwhile, or it is somebody else's.
      return [];
    }
  });
}

/** Everything below a directory, as paths relative to it; sockets and links too. */
export function entriesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String).sort();
}

/** The names of the process's threads. */
export function threadNames(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((task) =>
      readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8").trim()
    );
  } catch {
    return [];
  }
}

/** What the descriptors lead to, counted: for a report of a leak. */
export function descriptorKinds(pid: number): Record<string, number> {
  const kinds: Record<string, number> = {};
  for (const entry of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const kind = readlinkSync(join(`/proc/${pid}/fd`, entry)).replace(/\d+/g, "N");
      kinds[kind] = (kinds[kind] ?? 0) + 1;
    } catch {
      // Closed meanwhile.
    }
  }
  return kinds;
}
