// bun/services/my-service.ts — manual style
import type { ServiceContext } from "@keystone/sdk/service";

export async function start(ctx: ServiceContext) {
    // Called once when the service loads (and after hot-reload)
}

export function query(args: any) {
    // Called when the web layer or C# calls query("my-service", args)
    return { ok: true };
}

export function stop() {
    // Called before hot-reload or shutdown — clean up timers, connections, etc.
}

export function health(): { ok: boolean } {
    // Called by the runtime health monitor every 30s
    return { ok: true };
}

export function onAction(action: string) {
    // Called when an action is dispatched from web or C#
}
