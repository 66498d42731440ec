import { defineService } from "@keystone/sdk/service";

export default defineService("dispatcher")
  .query(async (data: number[], svc) => {
    const worker = svc.ipc.worker("data-processor");
    const { sum } = await worker.call<{ sum: number }>("heavy-compute", { data });
    return sum;
  })
  .handle("dispatcher:enqueue", (task: string, svc) => {
    svc.ctx.relay("data-processor", "task:enqueue", task);
  })
  .build((svc) => {
    svc.ipc.worker("data-processor").on("task:queued", (task) => svc.push("dispatcher:queued", task));
  });
