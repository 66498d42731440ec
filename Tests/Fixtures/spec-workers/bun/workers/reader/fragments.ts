import { defineService } from "@keystone/sdk/service";
import { ticks } from "../../src/surroundings.ts";

const snippets: Record<string, () => Promise<unknown>> = {
  relay: () => import("../../snippets/relay.ts"),
  connect: () => import("../../snippets/connect.ts"),
};

export default defineService("fragments")
  .query(async (run: string, svc) => {
    Object.assign(globalThis, { ctx: svc.ctx });
    await snippets[run]?.();
    return { ticks: ticks.splice(0), ports: svc.ctx.workers.ports() };
  })
  .build();
