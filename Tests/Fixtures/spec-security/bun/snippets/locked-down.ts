export default defineConfig({
    services: { hotReload: false },
    web: { hotReload: false },
    security: {
        mode: "allowlist",
        allowedActions: ["window:minimize", "window:close", "myapp:*"],
        allowEval: false,
    },
});
