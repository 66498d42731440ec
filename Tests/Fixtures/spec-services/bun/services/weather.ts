import { defineService } from "@keystone/sdk/service";

export default defineService("weather")
    .query(async (args: { city: string }, svc) => {
        const cached = svc.store.get<any>(args.city);
        if (cached) return cached;

        const data = await fetch(`https://wttr.in/${args.city}?format=j1`).then(r => r.json());
        svc.store.set(args.city, data);
        return data;
    })
    .every(60_000, async (svc) => {
        for (const city of svc.store.keys()) {
            const data = await fetch(`https://wttr.in/${city}?format=j1`).then(r => r.json());
            svc.store.set(city, data);
            svc.push("weather:update", { city, data });
        }
    })
    .health((svc) => ({ ok: svc.store.keys().length >= 0 }))
    .onStop((svc) => svc.store.clear())
    .build();
