export function mount(root) {
  root.innerHTML = "<h1>hello</h1>";
}
