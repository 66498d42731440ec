import { expect, test } from "bun:test";
import type { PageSignal } from "../sdk/protocol.ts";
import { FakeSlotDocument } from "../testing/fake-slot-document.ts";
import type { SlotEvents } from "./slot.ts";
import { Slots } from "./slots.ts";

const FULL = { x: 0, y: 0, w: null, h: null };

function page(): {
  slots: Slots;
  document: FakeSlotDocument;
  signals: PageSignal[];
  failures: unknown[];
  log: string[];
} {
  const document = new FakeSlotDocument();
  const signals: PageSignal[] = [];
  const failures: unknown[] = [];
  const events: SlotEvents = {
    signal: (signal) => void signals.push(signal),
    failed: (_, error) => void failures.push(error),
    running: () => {},
    unmountFailed: (_, error) => void failures.push(error),
    removed: () => {},
  };
  return { slots: new Slots(document, events), document, signals, failures, log: document.log };
}

const kinds = (signals: PageSignal[]) => signals.map((signal) => signal.type);

test("a slot has its stylesheet before its component runs, and gets its context", async () => {
  const { slots, document, signals, log } = page();
  document.component("/a.js", "a", { mount: (_, ctx) => void log.push(`context ${ctx.slotKey} ${ctx.windowId}`) });
  await slots.add("key", "/a.js", FULL, "7", { component: "app", css: "/a.css" });
  expect(log).toEqual(["css+ /a.css", "preload /a.js", "import /a.js", "mount a", "context key 7"]);
  expect(signals).toEqual([{ type: "mounted", slot: "key", component: "app" }]);
});

test("a swap unmounts, then imports, then mounts; the old stylesheet goes", async () => {
  const { slots, document, signals, log } = page();
  document.component("/a.js", "old");
  document.component("/a.js?t=2", "new");
  await slots.add("app", "/a.js", FULL, "7", { css: "/a.css" });
  log.length = 0;
  await slots.update({
    type: "__hmr__",
    component: "app",
    kind: "js",
    url: "/a.js?t=2",
    css: "/a.css?t=2",
    hash: "2",
    build: "2",
  });
  expect(log).toEqual([
    "css+ /a.css?t=2",
    "preload /a.js?t=2",
    "unmount old",
    "css- /a.css",
    "import /a.js?t=2",
    "mount new",
  ]);
  expect(kinds(signals)).toEqual(["mounted", "swapped"]);
});

test("a component that no longer has a stylesheet loses it", async () => {
  const { slots, document } = page();
  document.component("/a.js", "old");
  document.component("/a.js?t=2", "new");
  await slots.add("app", "/a.js", FULL, "7", { css: "/a.css" });
  await slots.update({ type: "__hmr__", component: "app", kind: "js", url: "/a.js?t=2", hash: "2", build: "2" });
  expect([...document.stylesheets]).toEqual([]);
});

test("a stylesheet is swapped without a remount, and the old one goes when the new one is there", async () => {
  const { slots, document, signals, log } = page();
  document.component("/a.js", "a");
  await slots.add("app", "/a.js", FULL, "7", { css: "/a.css" });
  log.length = 0;
  await slots.update({
    type: "__hmr__",
    component: "app",
    kind: "css",
    url: "/a.js",
    css: "/a.css?t=2",
    hash: "2",
    build: "2",
  });
  expect(log).toEqual(["css+ /a.css?t=2", "css- /a.css"]);
  expect(signals.at(-1)).toMatchObject({ type: "swapped", kind: "css", slot: "app" });
});

test("of swaps in quick succession the last one is what stays, and none in between is mounted twice", async () => {
  const { slots, document, log } = page();
  for (const version of [1, 2, 3, 4]) document.component(`/a.js?t=${version}`, `v${version}`);
  await slots.add("app", "/a.js?t=1", FULL, "7");
  const release = document.hold("/a.js?t=2");
  const swaps = [2, 3, 4].map((version) => slots.hotSwap("app", `/a.js?t=${version}`));
  release();
  await Promise.all(swaps);
  expect(log.filter((entry) => /^(un)?mount/.test(entry))).toEqual(["mount v1", "unmount v1", "mount v4"]);
});

test("a stylesheet that follows a waiting component does not make it forgotten", async () => {
  const { slots, document, log } = page();
  for (const version of [1, 2, 3]) document.component(`/a.js?t=${version}`, `v${version}`);
  await slots.add("app", "/a.js?t=1", FULL, "7");
  const release = document.hold("/a.js?t=2");
  const swaps = [
    slots.hotSwap("app", "/a.js?t=2"),
    slots.hotSwap("app", "/a.js?t=3"),
    slots.update({
      type: "__hmr__",
      component: "app",
      kind: "css",
      url: "/a.js?t=3",
      css: "/a.css",
      hash: "3",
      build: "3",
    }),
  ];
  release();
  await Promise.all(swaps);
  expect(log).toContain("mount v3");
  expect([...document.stylesheets]).toEqual(["/a.css"]);
});

test("other slots are left alone", async () => {
  const { slots, document, log } = page();
  document.component("/a.js", "a");
  document.component("/b.js", "b");
  await slots.add("a", "/a.js", FULL, "7");
  await slots.add("b", "/b.js", FULL, "7");
  log.length = 0;
  await slots.hotSwap("a", "/a.js");
  expect(log.filter((entry) => entry.endsWith(" b"))).toEqual([]);
});

test("a component without mount fails with the line to add", async () => {
  const { slots, document, failures } = page();
  document.modules.set("/a.js", { other: 1 });
  await slots.add("app", "/a.js", FULL, "7");
  expect(String(failures[0])).toContain('"app" exports no mount function');
});

test("a mount that throws or rejects fails; the next good build mends it", async () => {
  const { slots, document, signals, failures } = page();
  document.component("/1.js", "1", {
    mount: () => {
      throw new Error("thrown");
    },
  });
  document.component("/2.js", "2", { mount: () => Promise.reject(new Error("rejected")) });
  document.component("/3.js", "3");
  await slots.add("app", "/1.js", FULL, "7");
  await slots.hotSwap("app", "/2.js");
  await slots.hotSwap("app", "/3.js");
  expect(failures.map(String)).toEqual(["Error: thrown", "Error: rejected"]);
  expect(kinds(signals)).toContain("swapped");
});

test("a bundle that is missing leaves the component that runs alone", async () => {
  const { slots, document, failures, log } = page();
  document.component("/a.js", "a");
  await slots.add("app", "/a.js", FULL, "7");
  await slots.hotSwap("app", "/gone.js");
  expect(failures).toHaveLength(1);
  expect(log.filter((entry) => /^(un)?mount/.test(entry))).toEqual(["mount a"]);
});

test("a missing stylesheet is logged, and the component runs without it", async () => {
  const { slots, document, signals } = page();
  document.component("/a.js", "a");
  document.missing.add("/gone.css");
  await slots.add("app", "/a.js", FULL, "7", { css: "/gone.css" });
  expect(kinds(signals)).toEqual(["log", "mounted"]);
});

test("an unmount that throws does not stop the swap", async () => {
  const { slots, document, failures, log } = page();
  document.component("/a.js", "a", {
    unmount: () => {
      throw new Error("mine");
    },
  });
  document.component("/b.js", "b");
  await slots.add("app", "/a.js", FULL, "7");
  await slots.hotSwap("app", "/b.js");
  expect(log).toContain("mount b");
  expect(failures.map(String)).toEqual(["Error: mine"]);
});

test("a mount that never ends does not hold up the next build, and has no word in it", async () => {
  const { slots, document, signals } = page();
  let finish = () => {};
  document.component("/a.js", "a", { mount: () => new Promise<void>((resolve) => (finish = resolve)) });
  document.component("/b.js", "b");
  await slots.add("app", "/a.js", FULL, "7");
  await slots.hotSwap("app", "/b.js");
  const before = signals.length;
  finish();
  await Promise.resolve();
  expect(signals.length).toBe(before);
  expect(signals.at(-1)).toMatchObject({ type: "swapped" });
});

test("removing unmounts, takes the stylesheet out and says so; nothing comes after it", async () => {
  const { slots, document, signals, log } = page();
  document.component("/a.js", "a");
  await slots.add("app", "/a.js", FULL, "7", { css: "/a.css" });
  await Promise.all([slots.remove("app"), slots.hotSwap("app", "/a.js")]);
  expect(log.slice(-3)).toEqual(["unmount a", "slot- app", "css- /a.css"]);
  expect(signals.at(-1)).toEqual({ type: "unmounted", slot: "app" });
});

test("the host may call anything for slots that are not there", async () => {
  const { slots, signals } = page();
  slots.move("none", FULL);
  await slots.remove("none");
  await slots.hotSwap("none", "/a.js");
  expect(signals).toEqual([]);
});

test("the page can say which builds it runs: of what is loaded, not of what is on its way", async () => {
  const { slots, document } = page();
  document.component("/a.js", "a", { build: "a1-s1" });
  document.component("/a.js?t=2", "a", { build: "a2-s1" });
  document.component("/plain.js", "plain");
  await slots.add("app", "/a.js", FULL, "7", { css: "/a.css" });
  await slots.add("gone", "/none.js", FULL, "7");
  await slots.add("plain", "/plain.js", FULL, "7");
  expect(slots.builds()).toEqual({ app: "a1-s1", gone: "" });

  const message = { type: "__hmr__", component: "app", hash: "", css: "/a.css?t=2" } as const;
  await slots.update({ ...message, kind: "css", url: "/a.js", build: "a1-s2" });
  expect(slots.builds().app).toBe("a1-s2");
  const release = document.hold("/a.js?t=2");
  const swap = slots.update({ ...message, kind: "js", url: "/a.js?t=2", build: "a2-s1" });
  expect(slots.builds()).toEqual({ gone: "" });
  release();
  await swap;
  expect(slots.builds().app).toBe("a2-s1");
});

test("a slot whose swap failed still says what it runs; one whose component threw says which build did", async () => {
  const { slots, document } = page();
  document.component("/a.js", "a", { build: "a1" });
  document.component("/b.js", "b", { build: "b1", mount: () => Promise.reject(new Error("no")) });
  await slots.add("a", "/a.js", FULL, "7");
  await slots.hotSwap("a", "/none.js");
  await slots.add("b", "/b.js", FULL, "7");
  expect(slots.builds()).toEqual({ a: "a1", b: "b1" });
});

test("two slots that run different builds of a component both need the newest", async () => {
  const { slots, document } = page();
  document.component("/1.js", "1", { build: "1" });
  document.component("/2.js", "2", { build: "2" });
  await slots.add("left", "/1.js", FULL, "7", { component: "app" });
  await slots.add("right", "/2.js", FULL, "7", { component: "app" });
  expect(slots.builds()).toEqual({ app: "" });
});
