import { defineComponent } from "@keystone/sdk/component";
// The build with the template compiler: the template below is a string, so no bundler plugin is needed.
import { createApp } from "vue/dist/vue.esm-bundler.js";

const Example = {
  props: ["window"],
  template: `
    <main style="padding: 48px 24px">
      <h1>Example Title</h1>
      <p>In window {{ window }}.</p>
    </main>`,
};

export const { mount, unmount } = defineComponent((root, ctx) => {
  const app = createApp(Example, { window: ctx.windowId });
  app.mount(root);
  return () => app.unmount();
});
