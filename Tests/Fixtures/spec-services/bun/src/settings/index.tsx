export function mount(root: HTMLElement) {
  root.id = "settings";
  root.textContent = "settings";
}
