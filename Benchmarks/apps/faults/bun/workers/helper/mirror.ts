import { defineService } from "@keystone/sdk/service";

export default defineService("mirror")
  .query((args: unknown) => args)
  .every(20, (svc) => svc.push("worker-tick", process.pid))
  .build();
