// bun/services/metrics.ts
import { defineService } from "@keystone/sdk/service";

export default defineService("metrics")
    .every(1000, async ({ push }) => {
        push("metrics:cpu", { percent: await getCpuPercent() });
    })
    .build();
