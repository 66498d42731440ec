import { expect, test } from "bun:test";
import { defineComponent } from "./component.ts";

const ctx = { slotKey: "a", windowId: "1" };

function root(): HTMLElement & { cleared: number } {
  const fake = { cleared: 0, replaceChildren: () => void fake.cleared++ };
  return fake as unknown as HTMLElement & { cleared: number };
}

test("the returned function runs at unmount, once, and the root is cleared", async () => {
  let cleaned = 0;
  const { mount, unmount } = defineComponent(() => () => void cleaned++);
  const element = root();
  mount(element, ctx);
  await unmount(element);
  await unmount(element);
  expect([cleaned, element.cleared]).toEqual([1, 2]);
});

test("each root has a cleanup of its own", async () => {
  const cleaned: string[] = [];
  const { mount, unmount } = defineComponent((_, { slotKey }) => () => void cleaned.push(slotKey));
  const [a, b] = [root(), root()];
  mount(a, { slotKey: "a", windowId: "1" });
  mount(b, { slotKey: "b", windowId: "1" });
  await unmount(b);
  expect(cleaned).toEqual(["b"]);
});

test("a setup that is still at work when it is unmounted is cleaned up when it is done", async () => {
  let finish = () => {};
  let cleaned = 0;
  const { mount, unmount } = defineComponent(async () => {
    await new Promise<void>((resolve) => (finish = resolve));
    return () => void cleaned++;
  });
  const element = root();
  const mounting = mount(element, ctx);
  const unmounting = unmount(element);
  expect(cleaned).toBe(0);
  finish();
  await Promise.all([mounting, unmounting]);
  expect(cleaned).toBe(1);
});

test("a setup that fails is mount's error, and unmount still works", async () => {
  const { mount, unmount } = defineComponent(() => Promise.reject(new Error("no")));
  const element = root();
  expect(await mount(element, ctx)?.catch((error) => error.message)).toBe("no");
  await unmount(element);
  expect(element.cleared).toBe(1);
});
