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

export function allowsEval(security: ResolvedConfig["security"], development: boolean): boolean {
  return security.allowEval === "auto" ? development : security.allowEval;
}

function matches(pattern: string, action: string): boolean {
  return pattern.endsWith("*") ? action.startsWith(pattern.slice(0, -1)) : action === pattern;
}
