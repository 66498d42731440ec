import { defineService } from "@keystone/sdk/service";

export default defineService("heavy-compute")
  .query(({ data }: { data: number[] }, svc) => {
    const sum = data.reduce((total, value) => total + value, 0);
    svc.push("compute:done", { sum });
    return { sum };
  })
  .build((svc) => {
    svc.ctx.onWebMessage("task:enqueue", (task, sender) => sender.push("task:queued", task));
  });
