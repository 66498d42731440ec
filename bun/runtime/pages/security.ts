/** Which actions pages may send, and whether the host may evaluate code. */

import type { ResolvedConfig } from "../../sdk/config.ts";

export class ActionPolicy {
  readonly #isOpen: boolean;
  readonly #patterns: readonly string[];

  constructor(security: ResolvedConfig["security"], development: boolean) {
    this.#isOpen = security.mode === "open" || (security.mode === "auto" && development);
    this.#patterns = security.allowedActions;
  }

  allows(action: string): boolean {
    return this.#isOpen || this.#patterns.some((pattern) => matches(pattern, action));
  }
}

/** Why the host may not evaluate code here; `undefined` where it may. */
export function evalRefusal(security: ResolvedConfig["security"], development: boolean): string | undefined {
  const isAllowed = security.allowEval === "auto" ? development : security.allowEval;
  return isAllowed ? undefined : "security.allowEval in keystone.config.ts doesn't allow it";
}

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}
