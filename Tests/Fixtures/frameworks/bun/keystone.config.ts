import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
  watch: { extensions: [".ts", ".tsx", ".vue"], debounceMs: 30 },
  web: { plugins: ["./plugins/vue2.ts"] },
});
