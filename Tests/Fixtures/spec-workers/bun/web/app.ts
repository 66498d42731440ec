export function mount(root: HTMLElement) {
  root.textContent = "workers";
}
