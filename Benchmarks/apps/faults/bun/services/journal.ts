import { defineService } from "@keystone/sdk/service";

/** Numbers that are in the store once their write is answered. */
export default defineService("journal")
  .query((args: { write?: number }, svc) => {
    if (args.write === undefined) return svc.store.keys().map(Number);
    svc.store.set(String(args.write), { n: args.write });
    return args.write;
  })
  .build();
