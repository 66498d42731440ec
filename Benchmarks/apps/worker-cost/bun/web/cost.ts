import { query } from "@keystone/sdk/bridge";

/** One question to main Bun after the other, which times them. */
async function sequential(count: number): Promise<void> {
  for (let index = 0; index < count; index++) await query("bench", { text: "hello", count: 42 });
}

export function mount(root: HTMLElement): void {
  root.textContent = "benchmarks";
  const ask = (args: unknown) => query("bench", args, { timeout: 0 });
  Object.assign(globalThis, { bench: { sequential, ask } });
}
