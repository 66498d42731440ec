import { defineConfig } from "@keystone/sdk/config";

// The benchmark takes it off each measurement.
export default defineConfig({ watch: { debounceMs: 150 } });
