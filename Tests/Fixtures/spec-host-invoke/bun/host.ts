export default defineHost({
  onBeforeStart(ctx) {
    ctx.registerInvokeHandler("app:getConfig", async () => {
      return loadConfigFromDisk();
    });
  },
});
