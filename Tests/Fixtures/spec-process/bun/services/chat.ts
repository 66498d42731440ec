import type { ServiceContext } from "@keystone/sdk/service";

export function start(ctx: ServiceContext) {
  ctx.onWebMessage("chat:send", (data) => ctx.push("chat:messages", data));
}
