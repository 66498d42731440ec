import { defineComponent } from "@keystone/sdk/component";
import { mount as mountSvelte, unmount as unmountSvelte } from "svelte";
import Example from "../src/Example.svelte";

export const { mount, unmount } = defineComponent((root, ctx) => {
  const app = mountSvelte(Example, { target: root, props: { window: ctx.windowId } });
  return () => void unmountSvelte(app);
});
