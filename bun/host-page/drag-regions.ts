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
  addEventListener("mousedown", (event) => {
    if (event.button !== 0 || !isDragRegion(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const second = doubleClick.press(event.timeStamp, event.screenX, event.screenY);
    signal({ type: second ? "titlebarDoubleClick" : "startDrag" });
  }, { capture: true });
}

function isDragRegion(event: MouseEvent): boolean {
  const path = event.composedPath();
  mendMarkup(path);
  const target = path.find((entry) => entry instanceof Element);
  return target !== undefined && getComputedStyle(target).getPropertyValue(APP_REGION).trim() === "drag";
}
