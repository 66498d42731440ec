// Read before `host.ts`.
import "./src/surroundings.ts";
import { defineConfig } from "@keystone/sdk/config";

export default defineConfig({});
