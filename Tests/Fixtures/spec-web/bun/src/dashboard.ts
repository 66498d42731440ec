export function mount(root: HTMLElement, ctx: SlotContext) {
  root.id = "dashboard";
  root.textContent = `dashboard in ${ctx.slotKey}`;
}
