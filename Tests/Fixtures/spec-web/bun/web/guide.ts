// bun/web/app.ts
import { invoke, subscribe, action, clipboard, dialog, nativeWindow } from "@keystone/sdk/bridge";

export function mount(root: HTMLElement, ctx: SlotContext) {
  // ctx.windowId — native window ID for this slot instance
  // ctx.slotKey  — component name ("app")

  root.innerHTML = `<button id="btn">Click</button><p id="out"></p>`;

  // Subscribe to C# or Bun pushes — replays last value; returns unsubscribe fn
  const unsub = subscribe(`window:${ctx.windowId}:update`, (data) => {
    root.querySelector("#out")!.textContent = data.title;
  });

  root.querySelector("#btn")?.addEventListener("click", async () => {
    const text = await clipboard.readText();
    await invoke("myapp:process", { input: text });
  });
}

export function unmount(root: HTMLElement) {
  // cleanup listeners, destroy component instances, etc.
}
