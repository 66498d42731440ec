import { defineComponent } from "@keystone/sdk/component";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

function Example({ window }: { window: string }) {
  return (
    <main style={{ padding: "48px 24px" }}>
      <h1>Example Title</h1>
      <p>In window {window}.</p>
    </main>
  );
}

export const { mount, unmount } = defineComponent((root, ctx) => {
  const react = createRoot(root);
  // At once: React would leave the window empty for a frame.
  flushSync(() => react.render(<Example window={ctx.windowId} />));
  return () => react.unmount();
});
