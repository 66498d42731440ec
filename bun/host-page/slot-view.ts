import { explainMissingBundle } from "./bundle-error.ts";

/** Where a slot is, in CSS pixels; `null` sizes fill the page. */
export interface SlotFrame {
  x: number | null;
  y: number | null;
  w: number | null;
  h: number | null;
}

/** A stylesheet that is in the page. */
export interface Stylesheet {
  readonly url: string;
  remove(): void;
}

/** What a slot needs of the document; tests have one without a DOM. */
export interface SlotView {
  place(frame: SlotFrame): void;
  /** A fresh, empty root for a component; an older one is taken out, and its listeners with it. */
  freshRoot(): HTMLElement;
  /** Adds a stylesheet; resolves when it applies, rejects when it can't be loaded. */
  addStylesheet(url: string): Promise<Stylesheet>;
  remove(): void;
}

/** The slots' half of the document. */
export interface SlotDocument {
  createSlot(key: string): SlotView;
  /** Fetches a module without running it; rejects with a `BundleError` when it can't be loaded. */
  preload(url: string): Promise<void>;
  importModule(url: string): Promise<Record<string, unknown>>;
}

/** `SlotDocument` on the real document. */
export const domSlots: SlotDocument = {
  createSlot: (key) => new DomSlotView(key),
  preload(url) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = url;
    return arrived(link).catch(() => explainMissingBundle(url).then((error) => Promise.reject(error)))
      .finally(() => link.remove());
  },
  async importModule(url) {
    const module = await import(url);
    if (typeof module.__keystoneBuild === "string") loaded.set(url, module.__keystoneBuild);
    return module;
  },
};

/** The builds behind the addresses of modules; a page keeps a module that it has loaded under its address. */
const loaded = new Map<string, string>();

/** Which version of a script the page has loaded under an address that names none. */
export function loadedVersion(url: string): string | undefined {
  return loaded.get(url)?.split("-", 1)[0];
}

class DomSlotView implements SlotView {
  readonly #element = document.createElement("div");

  constructor(key: string) {
    this.#element.className = "ks-slot";
    this.#element.dataset.slot = key;
    document.body.append(this.#element);
  }

  place({ x, y, w, h }: SlotFrame): void {
    const style = this.#element.style;
    style.left = `${x ?? 0}px`;
    style.top = `${y ?? 0}px`;
    style.width = w === null ? "" : `${w}px`;
    style.height = h === null ? "" : `${h}px`;
    style.right = w === null ? "0" : "";
    style.bottom = h === null ? "0" : "";
  }

  freshRoot(): HTMLElement {
    const root = document.createElement("div");
    root.className = "ks-root";
    this.#element.replaceChildren(root);
    return root;
  }

  async addStylesheet(url: string): Promise<Stylesheet> {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    await arrived(link);
    return { url, remove: () => link.remove() };
  }

  remove(): void {
    this.#element.remove();
  }
}

/** Puts a link into the head and waits until the browser has what it points to. */
function arrived(link: HTMLLinkElement): Promise<void> {
  return new Promise((resolve, reject) => {
    link.onload = () => resolve();
    link.onerror = () => {
      link.remove();
      reject(new Error(`${link.href} could not be loaded`));
    };
    document.head.append(link);
  });
}
