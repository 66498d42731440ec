/** Finds the service in what a module exports. */

import type { ServiceModule } from "../../sdk/service.ts";

const FUNCTIONS = ["start", "query", "stop", "health", "onAction"] as const;

/**
 * The service that a module exports: as its default export (the builder's way) or function by function.
 *
 * @throws Error that says what is wrong.
 */
export function serviceOf(exports: Record<string, unknown>): ServiceModule {
  // Its methods have the names of a service's functions.
  if (isObject(exports.default) && typeof exports.default.build === "function") {
    throw new Error(missingService(exports));
  }
  const candidate = isObject(exports.default) && holdsService(exports.default) ? exports.default : exports;
  if (!holdsService(candidate)) throw new Error(missingService(exports));
  for (const key of FUNCTIONS) {
    const member = candidate[key];
    if (member !== undefined && typeof member !== "function") {
      throw new TypeError(`exports "${key}" as ${typeof member}; it must be a function`);
    }
  }
  if (candidate.name !== undefined && typeof candidate.name !== "string") {
    throw new TypeError(`exports "name" as ${typeof candidate.name}; it must be a text`);
  }
  return candidate as ServiceModule;
}

function missingService(exports: Record<string, unknown>): string {
  const { default: main } = exports;
  if (isObject(main) && typeof main.build === "function") {
    return "exports a builder by default; end the chain with .build()";
  }
  return `exports no service: neither \`export default defineService("…").build()\` nor one of ${
    FUNCTIONS.join(", ")
  }. ` +
    "A module that services share belongs outside of the services directory, or into a service's own directory.";
}

function holdsService(value: Record<string, unknown>): boolean {
  return FUNCTIONS.some((key) => value[key] !== undefined);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
