// services/notes.ts
import { defineService } from "@keystone/sdk/service";

export default defineService("notes")
    .handle("notes:getAll", async (_, svc) => svc.store.get("notes") ?? [])
    .handle("notes:create", async ({ title, body }, svc) => {
        const note = { id: crypto.randomUUID(), title, body };
        svc.store.set("notes", [...(svc.store.get("notes") ?? []), note]);
        return note;
    })
    .build();
