// Runs the snippets that stand inside a service's callback, with `svc` and `ctx` as that callback would have them.
import { defineService } from "@keystone/sdk/service";

const snippets: Record<string, () => Promise<unknown>> = {
  push: () => import("../snippets/push.ts"),
  call: () => import("../snippets/call.ts"),
  store: () => import("../snippets/store.ts"),
  handle: () => import("../snippets/handle.ts"),
  interService: () => import("../snippets/inter-service.ts"),
  action: () => import("../snippets/action.ts"),
};

export default defineService("fragments")
  .query(async ({ run, ...names }: { run: string }, svc) => {
    Object.assign(globalThis, { svc, ctx: svc.ctx, req: { ip: "::1" } }, names);
    svc.store.set("before", true);
    await snippets[run]();
    return svc.store.keys();
  })
  .build();
