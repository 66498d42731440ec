import * as bridge from "@keystone/sdk/bridge";

export function mount(root: HTMLElement) {
  root.textContent = "host";
  Object.assign(globalThis, bridge);
}
