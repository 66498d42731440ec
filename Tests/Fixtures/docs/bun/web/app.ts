import { invokeBun, subscribe } from "@keystone/sdk/bridge";
import "../src/app.css";

let stop: () => void;

export function mount(root: HTMLElement, ctx: SlotContext) {
  root.innerHTML = `<header class="bar"></header><button>Count</button> <output></output>`;
  const output = root.querySelector("output")!;
  root.querySelector("button")!.onclick = () => invokeBun("counter:add", { by: 1 });
  // The last value comes first, then every new one, from whichever window.
  stop = subscribe<number>("counter:value", (value) => (output.textContent = String(value)));
}

export function unmount(root: HTMLElement) {
  stop();
}
