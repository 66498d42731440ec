import { h, iconButton } from "./dom.ts";

const SHOWN = 8000;

/** One message at the bottom, with at most one thing to do about it. It waits while it is pointed at or focused. */
export class Toast {
  readonly element = h("div", { class: "toast", role: "status", "aria-live": "polite" });
  #timer: ReturnType<typeof setTimeout> | undefined;
  #action: (() => void) | undefined;

  constructor() {
    const hold = () => clearTimeout(this.#timer);
    const go = () => this.#wait();
    this.element.addEventListener("pointerenter", hold);
    this.element.addEventListener("pointerleave", go);
    this.element.addEventListener("focusin", hold);
    this.element.addEventListener("focusout", go);
  }

  show(message: string, label?: string, action?: () => void): void {
    this.#action = action;
    this.element.replaceChildren(
      h("span", { class: "toast-text" }, message),
      label !== undefined && h("button", { type: "button", class: "toast-action", onclick: () => this.act() }, label) ||
        "",
      iconButton("close", "Dismiss", () => this.hide()),
    );
    this.element.classList.add("shown");
    this.#wait();
  }

  /** Does what the message offers; `false` where there is nothing to do. */
  act(): boolean {
    const action = this.#action;
    this.hide();
    action?.();
    return action !== undefined;
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#action = undefined;
    this.element.classList.remove("shown");
    // Hidden things are not focused, and say nothing.
    this.element.replaceChildren();
  }

  #wait(): void {
    clearTimeout(this.#timer);
    if (this.element.classList.contains("shown")) this.#timer = setTimeout(() => this.hide(), SHOWN);
  }
}
