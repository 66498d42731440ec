import { defineHost } from "@keystone/sdk/host";

export default defineHost({
  async onBeforeStart(ctx) {
    await ctx.registerService("greeter", { query: ({ name }: { name: string }) => `Hello ${name}` });
    ctx.registerInvokeHandler("app:isDevelopment", () => ctx.config.web.hotReload);
  },
  onReady(ctx) {
    ctx.push("app:status", { ready: true });
  },
  onAction(action) {
    console.log(`action ${action}`);
  },
  onShutdown() {
    console.log("good-bye");
  },
});
