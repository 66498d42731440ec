import type { SlotDocument, SlotView, Stylesheet } from "../host-page/slot-view.ts";

interface Entry {
  mount(root: HTMLElement, ctx: SlotContext): unknown;
  unmount(root: HTMLElement): unknown;
  /** The server's name of this version. */
  build: string;
}

/** A document for tests: modules are objects, and what happens to it is a list of lines. */
export class FakeSlotDocument implements SlotDocument {
  readonly log: string[] = [];
  readonly modules = new Map<string, Record<string, unknown>>();
  readonly stylesheets = new Set<string>();
  readonly missing = new Set<string>();
  readonly #held = new Map<string, Promise<void>>();

  /** Puts a component at `url` that logs its life under `name`, and then does what `entry` says. */
  component(url: string, name: string, entry: Partial<Entry> = {}): void {
    this.modules.set(url, {
      __keystoneBuild: entry.build,
      mount: (root: HTMLElement, ctx: SlotContext) => {
        this.log.push(`mount ${name}`);
        return entry.mount?.(root, ctx);
      },
      unmount: (root: HTMLElement) => {
        this.log.push(`unmount ${name}`);
        return entry.unmount?.(root);
      },
    });
  }

  /** Keeps `url` from loading until the returned function is called. */
  hold(url: string): () => void {
    let release = () => {};
    this.#held.set(url, new Promise((resolve) => (release = resolve)));
    return release;
  }

  createSlot(key: string): SlotView {
    return {
      place: () => {},
      freshRoot: () => ({}) as HTMLElement,
      addStylesheet: (url) => this.#addStylesheet(url),
      remove: () => void this.log.push(`slot- ${key}`),
    };
  }

  async preload(url: string): Promise<void> {
    this.log.push(`preload ${url}`);
    await this.#held.get(url);
    if (!this.modules.has(url)) throw new Error(`${url} is missing`);
  }

  importModule(url: string): Promise<Record<string, unknown>> {
    this.log.push(`import ${url}`);
    const module = this.modules.get(url);
    return module ? Promise.resolve(module) : Promise.reject(new Error(`${url} is missing`));
  }

  #addStylesheet(url: string): Promise<Stylesheet> {
    if (this.missing.has(url)) return Promise.reject(new Error(`${url} is missing`));
    this.log.push(`css+ ${url}`);
    this.stylesheets.add(url);
    const remove = () => {
      this.log.push(`css- ${url}`);
      this.stylesheets.delete(url);
    };
    return Promise.resolve({ url, remove });
  }
}
