import type { Entry } from "../model/entry.ts";
import { type DateText, shown, sizeText } from "../model/text.ts";
import { h, icon, marked, setIcon } from "./dom.ts";

/** What a row shows beside its entry. */
export interface RowLook {
  dates: DateText;
  /** Where names were searched, what is marked in them; the same for lines. */
  searched?: { goal: "name" | "text"; text: string };
  showsPlace: boolean;
}

/** One row of the list, for whichever entry comes along. */
export class Row {
  readonly element: HTMLElement;
  readonly #icon = icon("file");
  readonly #name = h("span", { class: "name", dir: "auto" });
  readonly #below = h("span", { class: "below", dir: "auto" });
  readonly #size = h("div", { class: "cell size", role: "gridcell" });
  readonly #modified = h("div", { class: "cell modified", role: "gridcell" });
  #shown: { entry: Entry; look: RowLook } | undefined;
  index = -1;

  constructor() {
    this.element = h(
      "div",
      { class: "row", role: "row" },
      h(
        "div",
        { class: "cell file", role: "gridcell" },
        this.#icon as unknown as Node,
        h("span", { class: "label" }, this.#name, this.#below),
      ),
      this.#size,
      this.#modified,
    );
  }

  show(entry: Entry, index: number, rowHeight: number, look: RowLook): void {
    if (this.index !== index) {
      this.index = index;
      this.element.id = `row-${index}`;
      this.element.style.transform = `translateY(${index * rowHeight}px)`;
      // The first row is the heading.
      this.element.setAttribute("aria-rowindex", String(index + 2));
    }
    if (this.#shown?.entry === entry && this.#shown.look === look) return;
    this.#shown = { entry, look };
    this.#fill(entry, look);
  }

  #fill(entry: Entry, { dates, searched, showsPlace }: RowLook): void {
    setIcon(this.#icon, entry.kind);
    this.element.classList.toggle("dim", entry.name.startsWith("."));
    const name = shown(entry.name);
    if (searched?.goal === "name") this.#name.replaceChildren(...marked(name, searched.text));
    else this.#name.textContent = name;
    const below: (Node | string)[] = [];
    if (showsPlace && entry.place !== "") below.push(h("span", { class: "place" }, shown(entry.place)));
    if (entry.line) {
      below.push(
        h("span", { class: "line-number" }, `${entry.line.number}`),
        h("code", {}, ...marked(shown(entry.line.text), searched?.text ?? "")),
      );
    }
    this.#below.replaceChildren(...below);
    this.#below.hidden = below.length === 0;
    this.#size.textContent = entry.kind === "file" ? sizeText(entry.size) : "";
    this.#modified.textContent = dates.short(entry.modified);
    this.#modified.title = dates.long(entry.modified);
    this.element.title = name;
  }
}
