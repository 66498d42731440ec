import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
  web: {
    // Entry files that are not in bun/web.
    components: { chart: "src/chart.ts" },
  },
  watch: { debounceMs: 100 },
  security: {
    allowedActions: ["app:quit", "archive:*"],
  },
});
