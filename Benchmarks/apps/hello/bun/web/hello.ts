export function mount(root: HTMLElement): void {
  root.innerHTML = "<h1>hello</h1>";
}
