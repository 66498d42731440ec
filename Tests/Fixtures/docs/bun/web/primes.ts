let worker: Worker;

export function mount(root: HTMLElement) {
  worker = new Worker(new URL("../src/primes.ts", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }) => (root.textContent = `${data} primes`);
  worker.postMessage(1_000_000);
}

export function unmount() {
  worker.terminate();
}
