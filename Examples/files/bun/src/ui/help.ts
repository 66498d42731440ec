import { h, iconButton } from "./dom.ts";
import { shortcuts } from "./shortcuts.ts";

/** The keyboard shortcuts, in a dialog. */
export function createHelp(): { element: HTMLDialogElement; toggle: () => void } {
  const close = () => element.close();
  const element = h(
    "dialog",
    {
      class: "help",
      "aria-labelledby": "help-title",
      onclick: (event: MouseEvent) => event.target === element && close(),
    },
    h("header", {}, h("h2", { id: "help-title" }, "Keyboard shortcuts"), iconButton("close", "Close", close, "Esc")),
    h(
      "dl",
      {},
      ...shortcuts.map(({ keys, what }) =>
        h("div", {}, h("dt", {}, what), h("dd", {}, ...keys.map((key) => h("kbd", {}, key))))
      ),
    ),
  );
  return { element, toggle: () => element.open ? close() : element.showModal() };
}
