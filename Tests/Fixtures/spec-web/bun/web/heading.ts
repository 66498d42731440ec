import { defineComponent } from "@keystone/sdk/component";
import { subscribe } from "@keystone/sdk/bridge";

export const { mount, unmount } = defineComponent((root, ctx) => {
    root.style.cssText = "height: 100%; background: var(--ks-bg-surface); padding: 24px;";

    const heading = document.createElement("h1");
    root.appendChild(heading);

    const unsub = subscribe(`window:${ctx.windowId}:title`, (d) => {
        heading.textContent = d.value;
    });

    return () => unsub(); // returned function called on unmount automatically
});
