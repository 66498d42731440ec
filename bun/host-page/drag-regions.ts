import { APP_REGION } from "../lib/app-region.ts";
import type { PageSignal } from "../sdk/protocol.ts";
import { mendMarkup, patchStyleObjects } from "./app-region-styles.ts";
import { DoubleClick } from "./double-click.ts";

/**
 * Lets CSS drag regions move the window. As in Chromium, a region swallows the clicks on it, also those on controls,
 * unless these are `no-drag`.
 */
export function installDragRegions(signal: (signal: PageSignal) => void): void {
  patchStyleObjects();
  const doubleClick = new DoubleClick();
  /** Whether the primary button last went down in a drag region. */
  let dragging = false;

  listen("pointerdown", (event) => {
    if (event.button === 0) dragging = isDragRegion(event);
    // Preventing its default would prevent the mouse event that is waited for.
    if (dragging && event.button === 0) event.stopImmediatePropagation();
  });
  listen("mousedown", (event) => {
    if (event.button !== 0) return;
    dragging = isDragRegion(event);
    if (!dragging) return;
    swallow(event);
    const second = doubleClick.press(event.timeStamp, event.screenX, event.screenY);
    signal({ type: second ? "titlebarDoubleClick" : "startDrag" });
  });
  for (const name of ["pointerup", "mouseup", "click", "dblclick"] as const) {
    // A click without a count comes from the keyboard or a script, not from the press.
    listen(name, (event) => {
      if (dragging && event.button === 0 && (event.detail > 0 || !name.endsWith("click"))) swallow(event);
    });
  }
}

function listen<Name extends "pointerdown" | "pointerup" | "mousedown" | "mouseup" | "click" | "dblclick">(
  name: Name,
  listener: (event: WindowEventMap[Name]) => void,
): void {
  addEventListener(name, listener, { capture: true });
}

function swallow(event: Event): void {
  event.preventDefault();
  event.stopImmediatePropagation();
}

function isDragRegion(event: MouseEvent): boolean {
  const path = event.composedPath();
  mendMarkup(path);
  const target = path.find((entry) => entry instanceof Element);
  return target !== undefined && getComputedStyle(target).getPropertyValue(APP_REGION).trim() === "drag";
}
