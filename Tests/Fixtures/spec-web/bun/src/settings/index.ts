export function mount(root: HTMLElement) {
  root.id = "settings";
  root.textContent = "settings";
}

export function unmount(root: HTMLElement) {
  root.textContent = "";
}
