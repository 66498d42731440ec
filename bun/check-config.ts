/**
 * `bun check-config.ts BUN_ROOT`: checks an app's `keystone.config.ts` as the runtime would when the app starts, for
 * `keystone check` and `keystone build`. Complaints go to standard error; exit code 1 when one is an error.
 */

import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { ConfigError, loadConfig } from "./runtime/config/load-config.ts";
import type { Environment } from "./runtime/environment.ts";

/** What an app may import from Keystone's packages, and where it lies here. */
function* packageModules(): Iterable<[specifier: string, file: string]> {
  for (
    const [directory, names] of [["sdk", ["@keystone/sdk", "keystone-desktop/sdk"]], ["lib", [
      "@keystone/lib",
      "keystone-desktop/lib",
    ]]] as const
  ) {
    for (const entry of readdirSync(join(import.meta.dir, directory))) {
      const module = /^([a-z-]+)\.ts$/.exec(entry)?.[1];
      if (!module) continue;
      const file = join(import.meta.dir, directory, entry);
      for (const name of names) {
        yield [`${name}/${module}`, file];
        if (module === "index") yield [name, file];
      }
    }
  }
  yield ["keystone-desktop", join(import.meta.dir, "sdk/index.ts")];
}

/** `keystone run` links the packages into an app; a check has to work before its first run too. */
function provideModules(): void {
  Bun.plugin({
    name: "keystone-packages",
    setup(build) {
      for (const [specifier, file] of packageModules()) {
        build.module(
          specifier,
          async () => ({ exports: await import(file) as Record<string, unknown>, loader: "object" }),
        );
      }
    },
  });
}

/** What a development run would set, as far as a configuration depends on it. */
function developmentEnvironment(root: string): Environment {
  return {
    root,
    appId: "",
    appName: "",
    token: "",
    preferredPort: 0,
    development: true,
    dataDir: join(root, "data"),
    engineDir: import.meta.dir,
    paths: undefined,
    logLevel: "warning",
    networkMode: "open",
    networkEndpoints: [],
  };
}

/** Returns whether the configuration can be used. */
export async function checkConfig(root: string, complain: (line: string) => void): Promise<boolean> {
  provideModules();
  const tell = (kind: string, message: string) => {
    // The runtime names the file alone or its whole path.
    const located = /^keystone\.[a-z]+\.[a-z]+: /.exec(message)?.[0];
    complain(located ? `${join(root, located.slice(0, -2))}: ${kind}: ${message.slice(located.length)}` : message);
  };
  try {
    await loadConfig(developmentEnvironment(root), (warning) => tell("warning", warning));
    return true;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    for (const line of error.message.split("\n")) tell("error", line);
    return false;
  }
}

if (import.meta.main) {
  const root = process.argv[2];
  if (!root) {
    console.error("usage: bun check-config.ts BUN_ROOT");
    process.exit(2);
  }
  const fine = await checkConfig(resolve(root), (line) => console.error(line));
  process.exit(fine ? 0 : 1);
}
