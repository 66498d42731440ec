// The build guide's web component. Note that `SlotContext` is not imported.
import { action, clipboard, dialog, invoke, nativeWindow, subscribe } from "@keystone/sdk/bridge";

export function mount(root: HTMLElement, ctx: SlotContext) {
  root.innerHTML = `<button id="btn">Click</button><p id="out"></p>`;

  const unsub = subscribe(`window:${ctx.windowId}:update`, (data) => {
    root.querySelector("#out")!.textContent = data.title;
  });

  root.querySelector("#btn")?.addEventListener("click", async () => {
    const text = await clipboard.readText();
    await invoke("myapp:process", { input: text });
  });

  action("myapp:foo");
  void dialog.openFile({ multiple: true });
  void nativeWindow.open("settings");
  void (ctx.slotKey satisfies string);
  return unsub;
}

export function unmount(_root: HTMLElement) {
}
