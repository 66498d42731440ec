// What `host.ts` takes for granted.
import { defineHost } from "@keystone/sdk/host";

Object.assign(globalThis, { defineHost, loadConfigFromDisk: () => ({ from: "disk" }) });
