import { invoke, subscribe } from "@keystone/sdk/bridge";

/** What the script's ticks said, for the test. */
const ticks: number[] = [];
Object.assign(window, { ticks, hello: (name: string) => invoke<string>("script:hello", name) });

export function mount() {
  subscribe<number>("script:tick", (value) => ticks.push(value));
}
