import { join } from "node:path";
import { type Context, repository } from "../context.ts";

/** Milliseconds from before Bun's process exists to its `ready`, with the environment that the host gives it. */
export async function bunStart(context: Context, app: string): Promise<number> {
  const program = context.start("bun", [join(repository, "bun/host.ts")], {
    KEYSTONE_APP_ROOT: join(context.app(app), "bun"),
    KEYSTONE_APP_ID: "dev.keystone.bench",
    KEYSTONE_APP_NAME: "Bench",
    KEYSTONE_SESSION_TOKEN: "0".repeat(64),
    KEYSTONE_PORT: "0",
    KEYSTONE_MODE: "development",
  });
  try {
    return (await program.event("ready")).after;
  } finally {
    await program.end();
  }
}
