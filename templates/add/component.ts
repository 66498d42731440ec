import { defineComponent } from "@keystone/sdk/component";

export const { mount, unmount } = defineComponent((root, ctx) => {
  root.innerHTML = `<main style="padding: 48px 24px"><h1>Example Title</h1><p></p></main>`;
  root.querySelector("p")!.textContent = `In window ${ctx.windowId}.`;
});
