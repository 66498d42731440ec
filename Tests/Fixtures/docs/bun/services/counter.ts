import { defineService } from "@keystone/sdk/service";

export default defineService("counter")
  .handle("counter:add", ({ by }: { by: number }, svc) => {
    const value = (svc.store.get<number>("value") ?? 0) + by;
    svc.store.set("value", value);
    svc.push("counter:value", value);
    return value;
  })
  .query((_args, svc) => svc.store.get<number>("value") ?? 0)
  .build((svc) => svc.push("counter:value", svc.store.get<number>("value") ?? 0));
