/** Which of the changed files may concern services. */

import { extname } from "node:path";
import type { ServiceLoader } from "../services/loader.ts";
import { touches } from "../touches.ts";

/** Files that services may be made of; a note or a picture that is saved beside them concerns none. */
export function serviceFiles(
  files: ReadonlySet<string>,
  loader: ServiceLoader,
  extensions: readonly string[],
): ReadonlySet<string> {
  const modules = loader.moduleFiles();
  return new Set([...files].filter((file) => extensions.includes(extname(file)) || touches(new Set([file]), modules)));
}
