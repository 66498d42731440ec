/** What the page's bridge, the host page and the Bun runtime share. */
export { callLabel, type CallOptions, CallTable } from "./call-table.ts";
export { Emitter, guarded, reportUncaught } from "./emitter.ts";
export { describe, fromWireError, KeystoneError, toWireError } from "./errors.ts";
export { exceedsBytes, utf8Length } from "./utf8.ts";
export { APP_REGION, appRegionOf, isAppRegionName, mentionsAppRegion, rewriteAppRegion } from "./app-region.ts";
