import { invoke, subscribe } from "@keystone/sdk/bridge";

type Greeting = { text: string; count: number };

export function mount(root: HTMLElement): void {
  root.innerHTML = `
    <main style="height: 100%; display: grid; place-content: center; gap: 16px; justify-items: center;
                 font-family: var(--ks-font); color: var(--ks-text-primary); background: var(--ks-bg-surface)">
      <h1 style="margin: 0">…</h1>
      <button>Greet again</button>
    </main>`;
  const heading = root.querySelector("h1")!;
  const show = ({ text, count }: Greeting) => heading.textContent = `${text} (${count})`;
  const greet = async () => show(await invoke<Greeting>("hello:greet", "world"));
  root.querySelector("button")!.addEventListener("click", greet);
  subscribe<Greeting>("hello:greeting", show, { replay: false });
  void greet();
}
