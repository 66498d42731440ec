import { readdirSync, readFileSync } from "node:fs";

export interface ProcessMemory {
  pid: number;
  /** The program's file name. */
  name: string;
  /** Proportional set size in MiB: what only this process uses, and its share of what it uses with others. */
  pss: number;
}

/** A process and all below it, with their memory. Processes that end meanwhile are left out. */
export function treeMemory(root: number): ProcessMemory[] {
  return tree(root).flatMap((pid) => {
    const pss = proportionalSetSize(pid);
    return pss === undefined ? [] : [{ pid, name: programName(pid), pss }];
  });
}

export function total(processes: readonly ProcessMemory[]): number {
  return processes.reduce((sum, process) => sum + process.pss, 0);
}

/** The process ids of a process and all its descendants. */
export function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync("/proc")) {
    if (!/^\d+$/.test(entry)) continue;
    const stat = read(`/proc/${entry}/stat`);
    if (stat === undefined) continue;
    // The name in parentheses may hold anything, so the fields are counted after it: state, then the parent.
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    const siblings = children.get(parent);
    if (siblings) siblings.push(Number(entry));
    else children.set(parent, [Number(entry)]);
  }
  const found = [root];
  for (const pid of found) found.push(...(children.get(pid) ?? []));
  return found;
}

/** How many WebKit processes run on the machine: they share memory with those that are measured. */
export function webKitProcesses(): number {
  return readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && programName(Number(entry)).startsWith("WebKit"))
    .length;
}

/** Processor time that a process has taken so far, all threads. */
export function cpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`) ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // utime and stime, in ticks of a hundredth of a second.
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** A variable of the environment that a process was started with. */
export function environmentOf(pid: number, name: string): string {
  const variables = (read(`/proc/${pid}/environ`) ?? "").split("\0");
  return variables.find((text) => text.startsWith(`${name}=`))?.slice(name.length + 1) ?? "";
}

/** The proportional set size of one process in MiB; 0 for one that is gone. */
export function processMemory(pid: number): number {
  return proportionalSetSize(pid) ?? 0;
}

function proportionalSetSize(pid: number): number | undefined {
  const kilobytes = read(`/proc/${pid}/smaps_rollup`)?.match(/^Pss:\s+(\d+) kB$/m)?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function programName(pid: number): string {
  const path = read(`/proc/${pid}/cmdline`)?.split("\0")[0] ?? "";
  return path.slice(path.lastIndexOf("/") + 1) || String(pid);
}

/** A file of `/proc`, where the process is still there. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** Waits until the memory has stopped moving: five readings within 1 %, three seconds at least and ten at most. */
export async function settledMemory(root: number): Promise<ProcessMemory[]> {
  const readings: ProcessMemory[][] = [];
  for (let count = 0; count < 40; count++) {
    readings.push(treeMemory(root));
    const last = readings.slice(-5).map(total);
    if (count >= 12 && Math.max(...last) <= Math.min(...last) * 1.01) break;
    await Bun.sleep(250);
  }
  return readings.at(-1) ?? [];
}
