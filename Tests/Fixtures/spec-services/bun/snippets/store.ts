svc.store.set("last-sync", Date.now());
svc.store.get<number>("last-sync");   // → timestamp
svc.store.del("last-sync");
svc.store.keys();                     // → string[]
svc.store.clear();                    // wipe namespace
