// bun/services/notes.ts
import { defineService } from "@keystone/sdk/service";

export default defineService("notes")
  // Handles invokeBun("notes:getAll") from browser, or ctx.call("notes", ...) from another service
  .handle("notes:getAll", async (_, svc) => svc.store.get("notes") ?? [])
  .handle("notes:create", async ({ title, body }: any, svc) => {
    const note = { id: crypto.randomUUID(), title, body };
    const notes = svc.store.get<any[]>("notes") ?? [];
    svc.store.set("notes", [...notes, note]);
    svc.push("notes:updated", notes);  // broadcast to all subscribers (browser + C#)
    return note;
  })
  .query(async (args: any, svc) => svc.store.get("notes") ?? [])  // query("notes", args)
  .every(60_000, async (svc) => {
    svc.push("notes:heartbeat", { count: (svc.store.get<any[]>("notes") ?? []).length });
  })
  .onAction((action, svc) => {
    if (action === "notes:refresh") svc.push("notes:updated", svc.store.get("notes") ?? []);
  })
  .health((svc) => ({ ok: true }))
  .onStop((svc) => { /* cleanup connections, cancel pending work */ })
  .build();
