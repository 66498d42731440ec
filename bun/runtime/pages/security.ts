/** Which actions pages may send, and whether the host may evaluate code. */

import type { ResolvedConfig } from "../../sdk/config.ts";

/** A page that sends one forbidden action after the other fills no log. */
const MAX_TOLD = 100;

export class ActionPolicy {
  readonly #isOpen: boolean;
  readonly #patterns: readonly string[];
  readonly #told = new Set<string>();

  constructor(security: ResolvedConfig["security"], development: boolean) {
    this.#isOpen = security.mode === "open" || (security.mode === "auto" && development);
    this.#patterns = security.allowedActions;
  }

  allows(action: string): boolean {
    return this.#isOpen || this.#patterns.some((pattern) => matches(pattern, action));
  }

  /** Whether a refused action is worth a line in the log: each is once, up to a hundred. */
  isNews(action: string): boolean {
    if (this.#told.has(action) || this.#told.size >= MAX_TOLD) return false;
    this.#told.add(action);
    return true;
  }

  /** What the patterns probably don't mean. */
  warnings(): string[] {
    const odd = this.#patterns.filter((pattern) => pattern.slice(0, -1).includes("*"));
    if (odd.length === 0) return [];
    const shown = odd.map((pattern) => JSON.stringify(pattern)).join(", ");
    return [`security.allowedActions: a * stands for any ending, and only at the end; elsewhere it is a * (${shown})`];
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
