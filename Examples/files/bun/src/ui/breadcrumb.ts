import { crumbs } from "../model/entry.ts";
import { shown } from "../model/text.ts";
import { h, icon } from "./dom.ts";

/** The way from the root to the folder that is shown; each step leads there. */
export class Breadcrumb {
  readonly element = h("nav", { class: "crumbs", "aria-label": "Folder" });
  readonly #open: (path: string) => void;

  constructor(open: (path: string) => void) {
    this.#open = open;
  }

  show(path: string, root: string): void {
    const steps = crumbs(path);
    const rootName = shown(root.split("/").at(-1) || "/");
    this.element.replaceChildren(h(
      "ol",
      {},
      this.#step(rootName, "", steps.length === 0, root),
      ...steps.map(({ name, path }, index) => this.#step(shown(name), path, index === steps.length - 1, undefined)),
    ));
    // The end of the way is what matters.
    this.element.scrollLeft = this.element.scrollWidth;
  }

  #step(name: string, path: string, isLast: boolean, title: string | undefined): HTMLElement {
    const button = h(
      "button",
      { type: "button", class: "crumb", title, onclick: () => this.#open(path) },
      path === "" && icon("home"),
      h("bdi", {}, name),
    );
    if (isLast) button.setAttribute("aria-current", "location");
    return h("li", {}, button);
  }
}
