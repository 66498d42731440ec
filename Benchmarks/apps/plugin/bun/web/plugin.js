import { invoke } from "/__keystone__/bridge.js";

/** Asks until the plugin's new version answers. */
globalThis.awaitVersion = async (version) => {
  for (;;) {
    if (await invoke("bench:version").catch(() => undefined) === version) return version;
    // The compiler needs the processors more.
    await new Promise((resolve) => setTimeout(resolve, 4));
  }
};

export function mount(root) {
  root.textContent = "plugin";
}
