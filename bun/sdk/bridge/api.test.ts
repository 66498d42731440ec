import { afterAll, beforeEach, expect, test } from "bun:test";
import * as bridge from "../bridge.ts";
import { sharedCore } from "./core.ts";

let posted: string[] = [];
globalThis.webkit = {
  messageHandlers: {
    keystone: {
      postMessage: (body) => (posted.push(body.slice(body.indexOf("\n") + 1)), Promise.resolve('{"maximized":true}')),
    },
  },
};

beforeEach(() => void (posted = []));
afterAll(() => void (globalThis.webkit = undefined));

const calls: [() => Promise<unknown>, string, unknown?][] = [
  [() => bridge.app.getPath("temp"), "app:getPath", { name: "temp" }],
  [() => bridge.app.paths(), "app:paths"],
  [() => bridge.app.quit(), "app:quit"],
  [() => bridge.nativeWindow.setTitle("t"), "window:setTitle", { title: "t" }],
  [() => bridge.nativeWindow.open("settings", { width: 3 }), "window:open", { width: 3, component: "settings" }],
  [() => bridge.nativeWindow.setBounds({ width: 1024 }), "window:setBounds", { width: 1024 }],
  [() => bridge.nativeWindow.setFloating(true), "window:setFloating", { floating: true }],
  [() => bridge.nativeWindow.setFullscreen(false), "window:setFullscreen", { fullscreen: false }],
  [() => bridge.nativeWindow.isMaximized(), "window:getState"],
  [() => bridge.nativeWindow.startDrag(), "window:startDrag"],
  [() => bridge.dialog.openFile({ multiple: true }), "dialog:openFile", { multiple: true }],
  [() => bridge.clipboard.writeText("x"), "clipboard:writeText", { text: "x" }],
  [() => bridge.external.openUrl("https://a"), "external:openUrl", { url: "https://a" }],
  [() => bridge.shell.openExternal("https://a"), "external:openUrl", { url: "https://a" }],
  [() => bridge.darkMode.isDark(), "darkMode:isDark"],
  [() => bridge.nativeTheme.isDarkMode(), "darkMode:isDark"],
  [() => bridge.powerMonitor.getStatus(), "battery:status"],
  [() => bridge.globalShortcut.register("Ctrl+P"), "hotkey:register", { accelerator: "Ctrl+P" }],
  [() => bridge.headless.evaluate("3", "f()"), "headless:evaluate", { windowId: "3", code: "f()" }],
  [() => bridge.notification.show("a", "b"), "notification:show", { title: "a", body: "b" }],
];

for (const [call, channel, args] of calls) {
  test(`${channel} is called with ${JSON.stringify(args)}`, async () => {
    await call();
    expect(posted).toEqual([`${channel}\n${args === undefined ? "" : JSON.stringify(args)}`]);
  });
}

test("isMaximized is taken from the window's state", async () => {
  expect(await bridge.nativeWindow.isMaximized()).toBe(true);
});

test("the bridge can be imported outside a page; Bun is then unavailable, and nothing throws but calls", async () => {
  expect(await bridge.query("x").catch((error) => error.code)).toBe("UNAVAILABLE");
  bridge.subscribe("c", () => {})();
  const warn = console.warn;
  const warnings: unknown[] = [];
  console.warn = (text: unknown) => void warnings.push(text);
  try {
    bridge.action("a");
    bridge.publish("c", 1);
    bridge.keystone().send("m", {});
  } finally {
    console.warn = warn;
  }
  expect(warnings).toHaveLength(3);
  expect(bridge.keystone().windowId).toBe("");
});

test("keystone() has everything that the module exports", () => {
  const names = Object.keys(bridge).filter((name) => name !== "keystone" && name !== "KeystoneError");
  expect(names.filter((name) => !(name in bridge.keystone()))).toEqual([]);
});

test("all copies of the bridge in a page share one core", async () => {
  const specifier = "./core.ts?copy";
  const copy: typeof import("./core.ts") = await import(specifier);
  expect(copy.sharedCore === sharedCore).toBeFalse();
  expect(copy.sharedCore() === sharedCore()).toBeTrue();
});

test("darkMode.onChange fires when the scheme changes, not with every theme", () => {
  const core = sharedCore();
  const heard: boolean[] = [];
  const stop = bridge.darkMode.onChange((dark) => heard.push(dark));
  core.theme.set({ accent: "red" }, "light");
  core.theme.set({}, "dark");
  core.theme.set({ accent: "blue" }, "dark");
  core.theme.set({}, "light");
  stop();
  core.theme.set({}, "dark");
  expect(heard).toEqual([true, false]);
  expect(bridge.theme.colorScheme).toBe("dark");
});
