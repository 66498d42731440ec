import { defineService } from "@keystone/sdk/service";

export default defineService("custom-alerts")
  .query((price: number, svc) => {
    if (price > 100) svc.push("ext:alert", { price });
    svc.push("prices:btc", price); // not one of its channels: dropped
    return price > 100;
  })
  .build();
