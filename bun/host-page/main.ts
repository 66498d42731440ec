/**
 * The host page's script: the page that every web view shows, in which the host places the app's components. It runs once,
 * before any component.
 *
 * @module
 */
import { toWireError } from "../lib/index.ts";
import "../sdk/globals.ts";
import type { ProblemsEvent } from "../sdk/protocol.ts";
import { sharedCore } from "../sdk/bridge/core.ts";
import { patchFetch } from "../sdk/bridge/fetch.ts";
import { AppProblems } from "./app-problems.ts";
import { bunBanner } from "./bun-banner.ts";
import { installDragRegions } from "./drag-regions.ts";
import { installErrorReporter } from "./error-reporter.ts";
import { Failures, readableStack } from "./failures.ts";
import { Overlay } from "./overlay.ts";
import overlayCss from "./overlay.css" with { type: "text" };
import { signalPainted } from "./painted.ts";
import { domSlots } from "./slot-view.ts";
import { Slots } from "./slots.ts";
import { ThemeStyle } from "./theme.ts";

const core = sharedCore();
const signal = core.host.signal.bind(core.host);

// The theme first: whatever is drawn is drawn in it.
const style = new ThemeStyle(document.documentElement);
style.apply(core.theme.tokens, core.theme.colorScheme);
style.setInsets(core.info?.insets);

const overlay = new Overlay(overlayCss);
const problems = new AppProblems(overlay, signal);
const failures = new Failures(overlay, signal, core.info?.development === true);
installErrorReporter({ signal, mapStack: readableStack, shown: (error) => failures.uncaught(error) });
installDragRegions(signal);
patchFetch(core);

const slots = new Slots(domSlots, {
  signal,
  failed: (slot, error) => void failures.show(slot, error),
  running: (slot) => failures.clear(slot),
  unmountFailed: (slot, error) => void failures.unmount(slot, error),
  removed: (slot) => failures.clear(slot),
});

core.connection.onState.on((state) => signal({ type: "connection", state }));
core.connection.onMessage.on((message) => {
  if (message.type === "hello") {
    catchUp();
  } else if (message.type === "__hmr__") {
    failures.newBuild(message.component);
    void slots.update(message);
  } else if (message.type === "__hmr_error__" && slots.shows(message)) {
    failures.build(message.component, message.errors);
  }
});
/** Swaps and faults that were told while nobody listened are told again. */
function catchUp(): void {
  const components = slots.builds();
  failures.forgetBuilds();
  if (Object.keys(components).length > 0) core.connection.send(JSON.stringify({ type: "builds", components }));
}

core.onBunState.on((event) => overlay.setBanner("bun", bunBanner(event)));

/** What the host calls must not throw into its script, where nobody would see it. */
function guardedCall<Args extends unknown[]>(
  name: string,
  body: (...args: Args) => unknown,
): (...args: Args) => unknown {
  return (...args) => {
    try {
      return body(...args);
    } catch (error) {
      const { message, stack } = toWireError(error, { stack: true });
      signal({ type: "log", level: "error", message: `${name}: ${message}`, stack });
    }
  };
}

globalThis.__addSlot = guardedCall("__addSlot", (key, url, x, y, w, h, windowId, options) => {
  return slots.add(key, url, { x, y, w, h }, windowId ?? core.info?.windowId ?? "", options ?? undefined);
});
globalThis.__moveSlot = guardedCall("__moveSlot", (key, x, y, w, h) => slots.move(key, { x, y, w, h }));
globalThis.__removeSlot = guardedCall("__removeSlot", (key) => slots.remove(key));
globalThis.__hotSwapSlot = guardedCall("__hotSwapSlot", (key, url) => slots.hotSwap(key, url));
globalThis.__setTheme = guardedCall("__setTheme", (tokens, colorScheme) => {
  style.apply(tokens, colorScheme);
  core.theme.set(tokens, colorScheme);
});
globalThis.__setInsets = guardedCall("__setInsets", (insets) => style.setInsets(insets));
globalThis.__hostEvent = guardedCall("__hostEvent", (name, data) => {
  if (name === "__problems__") problems.show(data as ProblemsEvent);
  else core.hostEvent(name, data);
});

core.connection.start();
globalThis.__ready = true;
signal({ type: "ready" });
signalPainted(signal);

// Most components import the bridge: it is there before they ask. (A preload that nobody uses would be a warning.)
const bridge = "/__keystone__/bridge.js";
import(bridge).catch((error) =>
  signal({ type: "log", level: "error", message: `${bridge}: ${toWireError(error).message}` })
);
