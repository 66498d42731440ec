import type { Benchmark, Context } from "../context.ts";
import { using } from "../program.ts";
import { atMost, differenceRow, ratioRow, type Row } from "../result.ts";
import { bunStart } from "./bun-start.ts";

/** From before a program's process exists to its page: `mount` has returned, or the bare page's script has run. */
export const start: Benchmark = {
  name: "start",
  title: "Process start → first mount",
  async run(context) {
    const { software } = await warmUp(context);
    const sameMode = software ? ["--software"] : [];
    const runs = await context.eachRun("start", async () => ({
      bare: await bareStart(context, sameMode),
      static: await hostStart(context, "static"),
      hello: await hostStart(context, "hello"),
      bun: await bunStart(context, "hello"),
      command: await commandStart(context, "hello"),
      ...(software ? { bareDefault: await bareStart(context, []) } : {}),
    }));
    const row = (name: string, pick: (run: typeof runs[number]) => number, note?: string): Row => ({
      name,
      unit: "ms",
      runs: runs.map((run) => [pick(run)]),
      ...(note ? { note } : {}),
    });
    const bare = row(
      "bare program",
      (run) => run.bare,
      software ? "in Keystone's rendering mode, software" : undefined,
    );
    const withoutBun = row("hello app without Bun", (run) => run.static);
    const withBun = row("hello app with Bun", (run) => run.hello);
    const bun = row("Bun's own start", (run) => run.bun, "the runtime alone, to its `ready`");
    return [
      bare,
      ...(software ? [row("bare program, default mode", (run) => run.bareDefault ?? NaN)] : []),
      withoutBun,
      bun,
      withBun,
      row("hello app with Bun, by `keystone run`", (run) => run.command),
      ratioRow("without Bun ÷ bare", withoutBun, bare, atMost(1.5)),
      ratioRow("(with Bun − Bun's start) ÷ bare", differenceRow("", withBun, bun), bare, atMost(1.5)),
    ];
  },
};

/** Starts everything once: file caches, WebKit's own caches, what an app's first start puts into its directory. */
async function warmUp(context: Context): Promise<{ software: boolean }> {
  await context.prepare("static");
  const { software } = await context.prepare("hello");
  context.progress("start, warming up");
  await bareStart(context, software ? ["--software"] : []);
  await bunStart(context, "hello");
  for (const app of ["static", "hello"]) await hostStart(context, app);
  return { software };
}

const bareStart = (context: Context, args: string[]) =>
  using(context.start("bare", args), async (bare) => (await bare.event("script")).after);

const hostStart = (context: Context, app: string) =>
  using(context.host(app), async (host) => (await host.event("mounted")).after);

const commandStart = (context: Context, app: string) =>
  using(context.run(app), async (host) => (await host.event("mounted")).after);
