import { defineComponent } from "@keystone/sdk/component";
import { query, subscribe } from "@keystone/sdk/bridge";

export const { mount, unmount } = defineComponent(async (root, ctx) => {
  const heading = document.createElement("h1");
  heading.textContent = `${await query<number>("counter")} in window ${ctx.windowId}`;
  root.append(heading);
  // What is returned runs at unmount.
  return subscribe<number>("counter:value", (value) => (heading.textContent = String(value)));
});
