import { join } from "node:path";
import { type Context, repository } from "../context.ts";
import { type Program, using } from "../program.ts";

/** Milliseconds from before Bun's process exists to its `ready`, with the environment that the host gives it. */
export async function bunStart(context: Context, app: string): Promise<number> {
  return await using(startBun(context, join(context.app(app), "bun")), async (bun) => (await bun.event("ready")).after);
}

/** Bun's runtime alone, as the host starts it for the app in `root`. */
export function startBun(context: Context, root: string): Program {
  return context.start("bun", [join(repository, "bun/host.ts")], {
    KEYSTONE_APP_ROOT: root,
    KEYSTONE_APP_ID: "dev.keystone.bench",
    KEYSTONE_APP_NAME: "Bench",
    KEYSTONE_SESSION_TOKEN: "0".repeat(64),
    KEYSTONE_PORT: "0",
    KEYSTONE_MODE: "development",
  });
}
