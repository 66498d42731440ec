import { checksum, misspelt } from "../src/streams";

export function mount(): void {
  Object.assign(globalThis, { checksum, misspelt });
}
