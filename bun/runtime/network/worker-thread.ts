/** Installs the network guards in a thread that the app's code starts, before the thread's own code runs. */

import { installGuards } from "./install.ts";

installGuards(
  {
    networkMode: process.env.KEYSTONE_NETWORK_MODE === "open" ? "open" : "allowlist",
    networkEndpoints: (process.env.KEYSTONE_NETWORK_ENDPOINTS ?? "").split(",").filter(Boolean),
  },
  (message) => console.warn(message),
);
