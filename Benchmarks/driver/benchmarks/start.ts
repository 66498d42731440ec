import { type Benchmark, type Context, drawsInSoftware } from "../context.ts";
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
      static: await keystoneStart(context, "static"),
      hello: await keystoneStart(context, "hello"),
      bun: await bunStart(context, "hello"),
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
      ratioRow("without Bun ÷ bare", withoutBun, bare, atMost(1.5)),
      ratioRow("(with Bun − Bun's start) ÷ bare", differenceRow("", withBun, bun), bare, atMost(1.5)),
    ];
  },
};

/** Starts everything once: file caches, WebKit's own caches, what an app's first start puts into its directory. */
async function warmUp(context: Context): Promise<{ software: boolean }> {
  context.progress("start, warming up");
  await bareStart(context, []);
  await bunStart(context, "hello");
  await keystoneStart(context, "hello");
  return await using(context.keystone("static"), async (host) => {
    await host.event("mounted");
    return { software: drawsInSoftware(host) };
  });
}

const bareStart = (context: Context, args: string[]) =>
  using(context.start("bare", args), async (bare) => (await bare.event("script")).after);

const keystoneStart = (context: Context, app: string) =>
  using(context.keystone(app), async (host) => (await host.event("mounted")).after);
