import { defineComponent } from "@keystone/sdk/component";
import { mount as mountSvelte, unmount as unmountSvelte } from "svelte";
// Compiled by the package "svelte" in this directory's node_modules: version 5, which the first run installs.
import App from "../src/App.svelte";
import "./app.css";

// Save this file or App.svelte while the app runs: the window follows at once.
export const { mount, unmount } = defineComponent((root) => {
  const app = mountSvelte(App, { target: root });
  return () => void unmountSvelte(app);
});
