import { defineHost } from "@keystone/sdk/host";

// Hooks of the Bun process; all of them are optional, and so is this file.
export default defineHost({
  async onReady() {
    console.log("{{NAME}} is ready");
  },
});
