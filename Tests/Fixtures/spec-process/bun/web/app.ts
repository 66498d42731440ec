import * as bridge from "@keystone/sdk/bridge";

const snippets = {
  invokeBun: () => import("../snippets/invoke-bun.ts"),
  query: () => import("../snippets/query.ts"),
  send: () => import("../snippets/send.ts"),
};

export function mount(root: HTMLElement) {
  root.textContent = "process model";
  Object.assign(globalThis, bridge, { snippets, ks: bridge.keystone() });
}
