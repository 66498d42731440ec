/**
 * `@keystone/sdk/component`: types of web components, and a helper that most can do without.
 *
 * @module
 */
import "./globals.ts";

type GlobalSlotContext = SlotContext;

/** What `mount` is told about the slot that it fills. */
type ExportedSlotContext = GlobalSlotContext;
export type { ExportedSlotContext as SlotContext };

/** Undoes what the mount function did. */
export type Cleanup = () => void;

/** What a component's entry file exports. */
export interface Component {
  mount(root: HTMLElement, ctx: GlobalSlotContext): void | Promise<void>;
  /** Without it the host page clears the root by itself. */
  unmount?(root: HTMLElement): void | Promise<void>;
}

// The function that a mount function may return, or promise to. `void` lets arrow functions return anything.
type MountResult = void | Cleanup | Promise<void | Cleanup>;

/**
 * Makes `mount` and `unmount` from one function: the function that it returns runs at unmount.
 *
 * @example
 * ```ts
 * export const { mount, unmount } = defineComponent((root, ctx) => {
 *   const stop = subscribe(`window:${ctx.windowId}:title`, (title) => (root.textContent = title));
 *   return () => stop();
 * });
 * ```
 */
export function defineComponent(
  setup: (root: HTMLElement, ctx: GlobalSlotContext) => MountResult,
): Required<Component> {
  // By root: the same module may fill several slots.
  const mounted = new WeakMap<HTMLElement, Promise<Cleanup | undefined> | Cleanup | undefined>();

  return {
    mount(root, ctx) {
      const result = setup(root, ctx);
      if (!(result instanceof Promise)) {
        mounted.set(root, result || undefined);
        return;
      }
      const cleanup = result.then((value) => value || undefined);
      mounted.set(root, cleanup);
      return cleanup.then(() => undefined);
    },
    async unmount(root) {
      const pending = mounted.get(root);
      mounted.delete(root);
      // A setup that failed has nothing to undo; its error has been shown by then.
      const cleanup = pending instanceof Promise ? await pending.catch(() => undefined) : pending;
      cleanup?.();
      root.replaceChildren();
    },
  };
}
