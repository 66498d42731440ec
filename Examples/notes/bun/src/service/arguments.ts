import { isChange } from "../model/change.ts";
import type { Edit } from "../model/shared-text.ts";

/** What pages send is checked here, once, before anything is done with it. */
export function text(value: unknown, name: string, longest = 200): string {
  if (typeof value === "string" && value.length <= longest) return value;
  throw new TypeError(`${name} has to be a string of at most ${longest} characters`);
}

export function edit(value: unknown): Edit {
  const { client, seq, rev, change } = (value ?? {}) as Partial<Record<keyof Edit, unknown>>;
  if (!isCount(seq) || !isCount(rev) || !isChange(change)) {
    throw new TypeError("an edit has a client, a seq, a rev and a change");
  }
  return { client: text(client, "client", 100), seq, rev, change };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
