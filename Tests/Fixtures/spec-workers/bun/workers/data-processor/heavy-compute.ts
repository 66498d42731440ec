import { defineService } from "@keystone/sdk/service";

const heard: [string, unknown][] = [];

export default defineService("heavy-compute")
  .query((args: { data: number[] } | "heard" | number[]) => {
    if (args === "heard") return heard;
    const data = Array.isArray(args) ? args : args.data;
    return { sum: data.reduce((total, value) => total + value, 0) };
  })
  .build((svc) => {
    for (const name of ["task:start", "task:enqueue", "channel"]) {
        svc.ctx.onWebMessage(name, (data) => heard.push([name, data]));
    }
  });
