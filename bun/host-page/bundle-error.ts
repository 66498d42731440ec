import { KeystoneError, toWireError } from "../lib/index.ts";
import type { BuildError } from "../sdk/protocol.ts";

/** A bundle that could not be loaded, with the server's reasons. */
export class BundleError extends KeystoneError {
  readonly errors: BuildError[];

  constructor(errors: BuildError[]) {
    super("BUILD_FAILED", errors.map(oneLine).join("\n") || "the bundler gave no reason");
    this.errors = errors;
  }
}

/** Asks the server once more for a bundle that the browser could not load: a browser does not say why. */
export async function explainMissingBundle(url: string): Promise<BundleError> {
  return new BundleError(await reasons(url));
}

async function reasons(url: string): Promise<BuildError[]> {
  try {
    const response = await fetch(url);
    if (response.ok) return [{ message: `${url} is there, but it is not a module that this browser can run` }];
    const text = await response.text();
    const errors = response.headers.get("content-type")?.includes("json") ? JSON.parse(text).errors : undefined;
    if (Array.isArray(errors)) return errors;
    return [{ message: `${url}: the server answered ${response.status} ${text.slice(0, 200)}` }];
  } catch (cause) {
    return [{ message: `${url} could not be loaded: ${toWireError(cause).message}` }];
  }
}

function oneLine({ file, line, column, message }: BuildError): string {
  const place = [file, line, line ? column : undefined].filter(Boolean).join(":");
  return place ? `${place}: ${message}` : message;
}
