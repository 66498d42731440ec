defineService("db-connection")
    .health((svc) => {
        const connected = svc.store.get<boolean>("connected") ?? false;
        return { ok: connected, lastCheck: Date.now() };
    })
    .build(async (svc) => {
        try {
            await connectToDatabase();
            svc.store.set("connected", true);
        } catch {
            svc.store.set("connected", false);
        }
    });
