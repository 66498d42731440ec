svc.store.set(key, value)        // JSON KV, namespaced per service, survives hot-reload + restart
svc.store.get<T>(key)
svc.store.del(key)
svc.store.keys()                 // string[]
svc.store.clear()
svc.push(channel, data)          // broadcast to all WebSocket subscribers + C#
svc.call("other-service", args)  // query another Bun service
svc.ctx                          // raw ServiceContext
