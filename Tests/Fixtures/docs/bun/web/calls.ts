// For the tests: what `docs/` shows, within their reach.
import * as calls from "../src/calls.ts";

export function mount(root: HTMLElement) {
  root.id = "calls";
  Object.assign(globalThis, calls);
}
