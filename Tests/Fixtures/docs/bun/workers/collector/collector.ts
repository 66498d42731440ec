import type { ServiceContext, WorkerConnection } from "@keystone/sdk/service";

let processor: WorkerConnection;
let last: unknown;

export function start(ctx: ServiceContext) {
  processor = ctx.workers.connect("data-processor");
  processor.subscribe("compute:done", (result) => last = result);
}

export async function query(data: number[]) {
  const answer = await processor.query("heavy-compute", { data });
  processor.send("task:enqueue", "clean up");
  return { answer, last };
}
