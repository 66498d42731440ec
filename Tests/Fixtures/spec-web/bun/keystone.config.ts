import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({
    web: {
        components: {
            "dashboard": "src/dashboard.ts",
            "settings":  "src/settings/index.ts",
        },
    },
});
