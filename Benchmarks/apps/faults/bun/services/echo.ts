import { defineService } from "@keystone/sdk/service";

let ticks = 0;

/** Answers what it is asked, at once, late, or by way of the worker; and counts aloud. */
export default defineService("echo")
  .query((args: unknown) => args)
  .handle("echo:late", async (args: { ms: number }) => {
    await Bun.sleep(args.ms);
    return args;
  })
  .handle("echo:worker", (args: unknown, svc) => svc.ipc.worker("helper").call("mirror", args, { timeout: 2000 }))
  .every(5, (svc) => svc.push("tick", { pid: process.pid, n: ++ticks }))
  .build((svc) => {
    svc.onStream("echo:bytes", ({ readable, writable }) => readable.pipeTo(writable));
  });
