import { defineService } from "@keystone/sdk/service";
import "../src/surroundings.ts";

export default defineService("main-fragments")
  .query(async (_args, svc) => {
    Object.assign(globalThis, { ctx: svc.ctx });
    await import("../snippets/relay-main.ts");
    return svc.ctx.workers.ports();
  })
  .build();
