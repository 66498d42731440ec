import * as bridge from "@keystone/sdk/bridge";

export function mount(root: HTMLElement) {
  root.textContent = "security";
  Object.assign(globalThis, bridge);
}
