import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
  watch: { extensions: [".ts", ".tsx", ".js", ".jsx", ".svelte"] },
  security: {
    // In a packaged app only these actions pass from pages to the host and the services.
    allowedActions: ["window:minimize", "window:maximize", "window:close", "app:quit"],
  },
});
