import { subscribe } from "@keystone/sdk/bridge";

/** What arrived on the channel that all windows share. */
const seen = { last: 0, faults: 0 };

export function mount(root: HTMLElement): void {
  root.textContent = "pushes";
  subscribe<{ n: number }>("load:shared", ({ n }) => {
    if (n !== seen.last + 1) seen.faults++;
    seen.last = n;
  }, { replay: false });
  Object.assign(globalThis, { seen });
}
