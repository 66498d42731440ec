// Loaded before any service.
import "./src/surroundings.ts";
import { defineHost } from "@keystone/sdk/host";

export default defineHost({});
