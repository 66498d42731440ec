import { defineConfig } from "@keystone/sdk/config";

Object.assign(globalThis, { defineConfig });
