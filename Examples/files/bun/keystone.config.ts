import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
  web: { dir: "web", hotReload: true },
  watch: { debounceMs: 60 },
  // Pages send no actions.
  security: { mode: "allowlist", allowedActions: [] },
});
