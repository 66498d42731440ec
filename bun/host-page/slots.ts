import type { HmrErrorMessage, HmrMessage, SlotOptions } from "../sdk/protocol.ts";
import { Slot, type SlotEvents } from "./slot.ts";
import type { SlotDocument, SlotFrame } from "./slot-view.ts";

/** All slots of the page, by key. */
export class Slots {
  readonly #slots = new Map<string, Slot>();
  readonly #document: SlotDocument;
  readonly #events: SlotEvents;

  constructor(document: SlotDocument, events: SlotEvents) {
    this.#document = document;
    this.#events = events;
  }

  add(key: string, url: string, frame: SlotFrame, windowId: string, options: SlotOptions = {}): Promise<void> {
    // A slot that is there already is shown anew; the old one ends properly.
    if (this.#slots.has(key)) void this.remove(key);
    const slot = new Slot(key, options.component ?? key, windowId, this.#document, this.#events);
    this.#slots.set(key, slot);
    slot.place(frame);
    return slot.mount({ url, css: options.css });
  }

  move(key: string, frame: SlotFrame): void {
    this.#slots.get(key)?.place(frame);
  }

  remove(key: string): Promise<void> {
    const slot = this.#slots.get(key);
    this.#slots.delete(key);
    return slot?.remove() ?? Promise.resolve();
  }

  hotSwap(key: string, url: string): Promise<void> {
    const slot = this.#slots.get(key);
    return slot?.swap("js", { url, css: slot.css }) ?? Promise.resolve();
  }

  /** Swaps the component in every slot that shows it. */
  async update({ component, kind, url, css, build }: HmrMessage): Promise<void> {
    await Promise.all(this.#showing(component).map((slot) => slot.swap(kind, { url, css, build })));
  }

  /** What the page shows, for a server that may have newer builds: component → build. */
  builds(): Record<string, string> {
    const builds: Record<string, string> = {};
    for (const { component, build } of this.#slots.values()) {
      if (build === undefined) continue;
      // Two slots that show different builds: both need the newest.
      builds[component] = (builds[component] ?? build) === build ? build : "";
    }
    return builds;
  }

  /** Whether the page has anything to do with a component's build. */
  shows({ component }: Pick<HmrErrorMessage, "component">): boolean {
    return this.#showing(component).length > 0;
  }

  #showing(component: string): Slot[] {
    return [...this.#slots.values()].filter((slot) => slot.component === component);
  }
}
