import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
  security: {
    mode: "allowlist", // "auto" means: open in development, this in packages
    allowedActions: ["window:close", "archive:*"],
    allowEval: false,
  },
});
