import { defineService } from "@keystone/sdk/service";

// Runs in a process of its own. A service of the main process asks with svc.ipc.worker("example").call("example", { count: 3 }).
export default defineService("example")
  .query<{ count: number }>(({ count }) => Array.from({ length: count }, (_, index) => index * index))
  .build();
