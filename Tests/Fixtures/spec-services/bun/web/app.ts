import * as bridge from "@keystone/sdk/bridge";

const snippets = {
  query: () => import("../snippets/query.ts"),
  chatSend: () => import("../snippets/chat-send.ts"),
  calling: () => import("../snippets/calling.ts"),
};

const heard: unknown[] = [];

export function mount(root: HTMLElement, ctx: SlotContext) {
  root.textContent = "services";
  Object.assign(globalThis, bridge, {
    snippets,
    heard,
    ctx,
    args: undefined,
    setState: (state: unknown) => heard.push(state),
  });
}
