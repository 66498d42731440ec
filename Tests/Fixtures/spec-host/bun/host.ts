import { defineHost } from "@keystone/sdk/host";

export default defineHost({
  async onBeforeStart(ctx) {
    // Before service discovery — register services other services will call(), global handlers
    await ctx.registerService("db", myDbModule);
    ctx.registerInvokeHandler("app:getConfig", async () => loadConfig());
  },
  async onReady(ctx) {
    // After all services started + HTTP server live — windows opening in C#
    ctx.push("app:status", { ready: true });
  },
  async onShutdown(ctx) {
    // Before service stop() calls
    await flushPendingWrites();
  },
  onAction(action, ctx) {
    // Every action from C# or web, alongside per-service onAction handlers (sync only)
    if (action === "app:refresh") ctx.push("app:refresh", {});
  },
});
