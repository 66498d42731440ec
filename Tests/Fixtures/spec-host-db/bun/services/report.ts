// "Available to all discovered services that call it in their own start()".
import type { ServiceContext } from "@keystone/sdk/service";

let rows: string[];

export async function start(ctx: ServiceContext) {
  rows = await ctx.call("db", { sql: "select 1" });
}

export function query() {
  return rows;
}
