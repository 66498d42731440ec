import { defineConfig } from "@keystone/sdk/config";
export default defineConfig({
  services: { dir: "services", hotReload: true },
  web: {
    dir: "web",
    autoBundle: true, hotReload: true,
    components: { "settings": "src/settings/index.tsx" },  // explicit name → path mappings
  },
  http: { enabled: true, hostname: "127.0.0.1" },  // port always OS-assigned
  watch: { extensions: [".ts", ".tsx", ".svelte"], debounceMs: 150 },
  health: { enabled: true, intervalMs: 30_000 },
  security: {
    mode: "auto",  // "open" | "allowlist" | "auto" (open in dev, allowlist when packaged)
    allowedActions: ["window:minimize", "window:close", "myapp:*"],
    allowEval: "auto",
  },
});
