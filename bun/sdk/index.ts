/**
 * `@keystone/sdk`: everything in one. The `define…` functions may be imported in pages too, where they do no more than
 * describe; what they describe runs in Bun.
 *
 * @module
 */
export * from "./bridge.ts";
export { type Cleanup, type Component, defineComponent, type SlotContext } from "./component.ts";
export { defineConfig } from "./config.ts";
export { defineHost } from "./host.ts";
export { defineService } from "./service.ts";
