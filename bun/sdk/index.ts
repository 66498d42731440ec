/**
 * `@keystone/sdk`: the page's half. Services, the host file and the configuration have entries of their own:
 * `@keystone/sdk/service`, `/host` and `/config`, which only run in Bun.
 *
 * @module
 */
export * from "./bridge.ts";
export { type Cleanup, type Component, defineComponent, type SlotContext } from "./component.ts";
