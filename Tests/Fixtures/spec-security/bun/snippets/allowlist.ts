export default defineConfig({
    security: {
        mode: "allowlist",
        allowedActions: [
            "window:minimize",
            "window:maximize",
            "window:close",
            "app:quit",
            "myapp:*",          // wildcard — all actions prefixed "myapp:"
        ],
    },
});
