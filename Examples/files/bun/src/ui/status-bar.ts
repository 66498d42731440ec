import type { Listed } from "../client/folder-link.ts";
import type { Progress } from "../client/search-run.ts";
import type { Listing } from "../model/listing.ts";
import { countText, sizeText } from "../model/text.ts";
import { h } from "./dom.ts";

/** One line below the list: what is here, or how far the search is. */
export class StatusBar {
  readonly element: HTMLElement;
  // Not live: numbers that change many times a second would be read out without an end. The end of a search is told.
  readonly #text = h("span", { class: "status-text" });
  readonly #told = h("span", { class: "told", role: "status", "aria-live": "polite" });
  readonly #bar = h("span", { class: "working", hidden: true });

  constructor(...buttons: HTMLElement[]) {
    this.element = h("footer", { class: "status" }, this.#bar, this.#text, this.#told, ...buttons);
  }

  folder(listing: Listing, listed: Listed | undefined): void {
    const parts = [countText(listing.count, "item", "items")];
    if (listing.size > 0) parts.push(sizeText(listing.size));
    const hidden = listing.total - listing.count;
    if (hidden > 0) parts.push(`${hidden.toLocaleString()} hidden`);
    if (listed && listed.omitted > 0) parts.push(`${listed.omitted.toLocaleString()} more are not shown`);
    if (listed && !listed.isLive) parts.push("changes are not noticed here");
    this.#show(parts, listed === undefined);
  }

  search(progress: Progress | undefined, isOver: boolean): void {
    if (!progress) return this.#show(["Searching…"], !isOver);
    const parts = [
      countText(progress.hits, "found", "found"),
      countText(progress.entries, "file looked at", "looked at"),
    ];
    if (progress.bytes > 0) parts.push(`${sizeText(progress.bytes)} read`);
    if (progress.skipped > 0) parts.push(`${progress.skipped.toLocaleString()} could not be read`);
    if (progress.isCut) parts.push("there is more: make the search narrower");
    this.#show(parts, !isOver);
    if (isOver) this.#told.textContent = countText(progress.hits, "file found", "files found");
  }

  message(text: string): void {
    this.#show([text], false);
  }

  #show(parts: string[], isWorking: boolean): void {
    this.#text.textContent = parts.join("  ·  ");
    this.#bar.hidden = !isWorking;
    if (isWorking) this.#told.textContent = "";
  }
}
