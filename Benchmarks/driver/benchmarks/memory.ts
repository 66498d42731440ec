import type { Benchmark } from "../context.ts";
import { type ProcessMemory, settledMemory, total, webKitProcesses } from "../processes.ts";
import { type Program, using } from "../program.ts";
import { atMost, differenceRow, type Row } from "../result.ts";

/** Proportional set size of the whole process tree of one hello window, once it has stopped moving. */
export const memory: Benchmark = {
  name: "memory",
  title: "Memory of one hello window (PSS)",
  async run(context) {
    await context.prepare("static");
    const { software } = await context.prepare("hello");
    let strangers = 0;
    const sameMode = software ? ["--software"] : [];
    const runs = await context.eachRun("memory", async () => {
      strangers = Math.max(strangers, await otherWebKitProcesses());
      return {
        bare: await measure(context.start("bare", sameMode), "script"),
        static: await measure(context.host("static"), "mounted"),
        hello: await measure(context.host("hello"), "mounted"),
        ...(software ? { bareDefault: await measure(context.start("bare", []), "script") } : {}),
      };
    });
    type Kind = "bare" | "bareDefault" | "static" | "hello";
    const trees = (kind: Kind) => runs.map((run) => run[kind] ?? []);
    const bare = totalRow("bare program", trees("bare"));
    if (strangers > 0) {
      bare.note =
        `up to ${strangers} WebKit processes of other programs ran; they share memory, so all figures are too low`;
    }
    const withoutBun = totalRow("hello app without Bun", trees("static"));
    const withBun = totalRow("hello app with Bun", trees("hello"));
    // The limits were set for machines without a GPU: drivers map memory of their own.
    if (software) {
      withoutBun.target = atMost(190);
      withBun.target = atMost(240);
    }
    return [
      bare,
      ...splitRows(trees("bare")),
      ...(software ? [totalRow("bare program, default mode", trees("bareDefault"))] : []),
      withoutBun,
      ...splitRows(trees("static")),
      withBun,
      ...splitRows(trees("hello")),
      differenceRow("without Bun − bare", withoutBun, bare, atMost(25)),
    ];
  },
};

/** After a moment in which our own, of the run before, can end. */
async function otherWebKitProcesses(): Promise<number> {
  await Bun.sleep(500);
  return webKitProcesses();
}

const measure = (program: Program, event: string): Promise<ProcessMemory[]> =>
  using(program, async () => {
    await program.event(event);
    return await settledMemory(program.pid);
  });

function totalRow(name: string, trees: ProcessMemory[][]): Row {
  return { name, unit: "MiB", runs: trees.map((tree) => [total(tree)]) };
}

/** A row for each program of the tree; processes of the same program are one. */
function splitRows(trees: ProcessMemory[][]): Row[] {
  const names = [...new Set(trees.flat().map((process) => process.name))];
  const rows = names.map((name): Row => ({
    name: `    ${name}`,
    unit: "MiB",
    runs: trees.map((tree) => [total(tree.filter((process) => process.name === name))]),
  }));
  return rows;
}
