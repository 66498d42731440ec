// The Bun layer's `defineComponent`, and the facade of the design.
import { defineComponent } from "@keystone/sdk/component";
import type { SlotContext } from "@keystone/sdk/component";
import { ipc, KeystoneError, subscribe, theme } from "@keystone/sdk/bridge";
import * as everything from "@keystone/sdk";

export const { mount, unmount } = defineComponent((root, ctx) => {
  root.style.cssText = "height: 100%; background: var(--ks-bg-surface); padding: 24px;";

  const heading = document.createElement("h1");
  root.appendChild(heading);

  const unsub = subscribe(`window:${ctx.windowId}:title`, (d) => {
    heading.textContent = d.value;
  });

  return () => unsub(); // returned function called on unmount automatically
});

export const withoutCleanup = defineComponent((root) => {
  root.textContent = "static";
});

export const asynchronous = defineComponent(async (root) => {
  root.textContent = await ipc.host.call<string>("app:getName");
});

export function useContext(ctx: SlotContext): string {
  return `${ctx.slotKey} ${ctx.windowId}`;
}

export async function facade(signal: AbortSignal): Promise<void> {
  ipc.host.action("myapp:refresh");
  await ipc.bun.call("notes:getAll", undefined, { signal, timeout: 0 });
  await ipc.bun.query("notes", { limit: 3 });
  ipc.publish("news", { from: "here" });
  const stop = ipc.subscribe<{ from: string }>("news", ({ from }) => console.log(from), { replay: false });
  stop();
  theme.onChange(({ tokens, colorScheme }) => console.log(tokens["accent"], colorScheme === "dark"));
  try {
    await everything.invoke("nope");
  } catch (error) {
    if (error instanceof KeystoneError && error.code === "NO_HANDLER") console.log(error.message);
  }
}
