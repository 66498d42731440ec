/** Milliseconds and pixels within which two presses are one double-click; GTK's own defaults. */
const MAX_INTERVAL = 400;
const MAX_DISTANCE = 5;

/** Tells double-clicks by hand: the window manager may swallow the first press's release, and with it WebKit's count. */
export class DoubleClick {
  #last: { time: number; x: number; y: number } | undefined;

  /** Whether this press completes a double-click. A third press starts anew. */
  press(time: number, x: number, y: number): boolean {
    const last = this.#last;
    const second = last !== undefined && time - last.time <= MAX_INTERVAL &&
      Math.abs(x - last.x) <= MAX_DISTANCE && Math.abs(y - last.y) <= MAX_DISTANCE;
    this.#last = second ? undefined : { time, x, y };
    return second;
  }
}
