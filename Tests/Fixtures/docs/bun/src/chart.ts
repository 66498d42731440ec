export function mount(root: HTMLElement) {
  const img = document.createElement("img");
  img.src = "/web/assets/chart.svg"; // bun/web/assets/chart.svg
  root.append(img);
}
