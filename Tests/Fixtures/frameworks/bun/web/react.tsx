import "../src/complaints";
import { createRoot, type Root } from "react-dom/client";
import type { SlotContext } from "@keystone/sdk/component";
import { App } from "../src/react/app";

let reactRoot: Root | undefined;

export function mount(root: HTMLElement, ctx: SlotContext) {
  reactRoot = createRoot(root);
  reactRoot.render(<App ctx={ctx} />);
}

export function unmount() {
  reactRoot?.unmount();
}
