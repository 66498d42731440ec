import type { Order } from "../model/order.ts";

/** How this person likes it. */
export interface Preferences {
  order: Order;
  showsHidden: boolean;
  showsPreview: boolean;
}

const KEY = "files:preferences";
const DEFAULTS: Preferences = { order: { column: "name", descending: false }, showsHidden: false, showsPreview: true };
const COLUMNS: unknown[] = ["name", "size", "modified"];

export function loadPreferences(): Preferences {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    const all = { ...DEFAULTS, ...stored };
    return COLUMNS.includes(all.order?.column) ? all : DEFAULTS;
  } catch {
    // What is no JSON was not stored by us.
    return DEFAULTS;
  }
}

export function savePreferences(preferences: Preferences): void {
  localStorage.setItem(KEY, JSON.stringify(preferences));
}
