import type { ServiceContext } from "@keystone/sdk/service";

let timer: ReturnType<typeof setInterval>;

export function start(ctx: ServiceContext) {
  timer = setInterval(() => ctx.push("clock:tick", Date.now()), 1000);
  ctx.onWebMessage("clock:say", (data, sender) => sender.push("clock:said", data));
}

export function query() {
  return new Date().toISOString();
}

export function stop() {
  clearInterval(timer);
}
