import { defineService } from "@keystone/sdk/service";

export default defineService("aggregator")
  .every(10, (svc) => svc.push("ticks:realtime", { last: 101.5 }))
  .build();
