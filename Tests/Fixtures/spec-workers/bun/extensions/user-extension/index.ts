import type { ServiceContext } from "@keystone/sdk/service";

let ctx: ServiceContext;
export function start(context: ServiceContext) {
  ctx = context;
}

export function query() {
  ctx.push("ext:note", { seen: true });
  ctx.push("prices:btc", 0);
  return "pushed";
}
