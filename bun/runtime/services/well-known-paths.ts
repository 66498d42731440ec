/** The app's directories, which the built-in service `paths` answers. */

import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessEnvironment } from "../environment.ts";

/** What the host says, over what the runtime can tell by itself. */
export function wellKnownPaths(environment: ProcessEnvironment): Readonly<Record<string, string>> {
  const home = homedir();
  return Object.freeze({
    appRoot: environment.root,
    userData: join(home, ".keystone", environment.appId || "app"),
    documents: process.env.XDG_DOCUMENTS_DIR ?? join(home, "Documents"),
    downloads: process.env.XDG_DOWNLOAD_DIR ?? join(home, "Downloads"),
    desktop: process.env.XDG_DESKTOP_DIR ?? join(home, "Desktop"),
    temp: tmpdir(),
    ...environment.paths,
  });
}
