import { defineHost } from "@keystone/sdk/host";

export default defineHost({
  async onBeforeStart(ctx) {
    // Fires before service discovery.
    await ctx.registerService("db", myDbModule);
    ctx.registerInvokeHandler("app:getConfig", async () => loadConfig());
  },

  async onReady(ctx) {
    // Fires after all services are started and the HTTP server is live.
    ctx.push("app:status", { ready: true });
  },

  async onShutdown(ctx) {
    // Fires before service stop() calls. Last chance to flush state.
    await flushPendingWrites();
  },

  onAction(action, ctx) {
    // Global action handler — receives every action from C# or web.
    if (action === "app:refresh") ctx.push("app:refresh", {});
  },
});
