import { defineService } from "@keystone/sdk/service";

export default defineService("archive")
  .query((_args, svc) => svc.store.keys())
  .onAction((action, svc) => {
    if (action === "archive:clear") svc.store.clear();
  })
  .every(60_000, async (svc) => svc.store.set(new Date().toISOString(), await svc.call<number>("counter")))
  .health((svc) => ({ ok: svc.store.keys().length < 100_000 }))
  .onStop(() => console.log("the archive closes"))
  .build((svc) => svc.push("archive:size", svc.store.keys().length));
