/** What the bundler complains of, as pages and the host are told. */

import type { BuildError } from "../../sdk/protocol.ts";
import { shownPath } from "../services/service-file.ts";

/** The complaints in what a build threw. */
export function buildErrors(error: unknown, root: string): BuildError[] {
  const several = (error as { errors?: unknown }).errors;
  return Array.isArray(several) ? several.map((one) => buildError(one, root)) : [buildError(error, root)];
}

export function buildError(log: unknown, root: string): BuildError {
  const { message, position } = log as { message?: string; position?: BunBuildMessage["position"] };
  const error: BuildError = { message: message ?? String(log) };
  if (!position?.file) return error;
  const { file, line, column, lineText } = position;
  return { ...error, file: shownPath(root, file), line, column, lineText };
}
