import { defineService } from "@keystone/sdk/service";

/** How often each name was greeted; kept in the app's database. */
type Visits = Record<string, number>;

export default defineService("greeter")
  .handle<{ name: string }>("greeter:greet", (args, svc) => {
    const name = args.name.trim().slice(0, 100) || "stranger";
    const visits: Visits = svc.store.get<Visits>("visits") ?? {};
    const count = (visits[name] ?? 0) + 1;
    visits[name] = count;
    svc.store.set("visits", visits);
    svc.push("greeter:total", total(visits));
    return count === 1 ? `Hello, ${name}!` : `Hello again, ${name}. That makes ${count} times.`;
  })
  .query((_, svc) => total(svc.store.get<Visits>("visits") ?? {}))
  .build();

function total(visits: Visits): number {
  return Object.values(visits).reduce((sum, count) => sum + count, 0);
}
