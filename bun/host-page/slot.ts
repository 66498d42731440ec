import { KeystoneError, toWireError } from "../lib/index.ts";
import type { HmrKind, LogLevel, PageSignal } from "../sdk/protocol.ts";
import type { SlotDocument, SlotFrame, SlotView, Stylesheet } from "./slot-view.ts";

/** Milliseconds that an `unmount` which returns a promise may hold up what comes after it. */
const UNMOUNT_LIMIT = 1000;

/** What a slot shall show. `css` `undefined`: no stylesheet. */
export interface Build {
  url: string;
  css: string | undefined;
  /** The server's name of this version, where a message brought it. */
  build?: string;
}

/** What a slot tells about. */
export interface SlotEvents {
  signal(signal: PageSignal): void;
  /** The component of `slot` does not run. */
  failed(slot: Slot, error: unknown): void;
  /** The component of `slot` runs. */
  running(slot: Slot): void;
  /** The `unmount` of `slot` threw. What follows goes on. */
  unmountFailed(slot: Slot, error: unknown): void;
  /** The slot is gone. */
  removed(slot: Slot): void;
}

interface Mounted {
  unmount: unknown;
  root: HTMLElement;
}

type Work = { kind: "mount" | "js" | "css"; build: Build; since: number } | { kind: "remove" };

/**
 * One component in its place. Changes are done one after the other; of those that wait only the newest matters, so that
 * saving quickly ends with the last version whatever order the network answers in.
 */
export class Slot {
  readonly key: string;
  readonly component: string;
  readonly #windowId: string;
  readonly #document: SlotDocument;
  readonly #events: SlotEvents;
  readonly #view: SlotView;
  #stylesheet: Stylesheet | undefined;
  #mounted: Mounted | undefined;
  /** Counts the mounts: a slow `mount` that was overtaken has nothing more to say. */
  #generation = 0;
  #build: string | undefined = "";
  #next: Work | undefined;
  #running: Promise<void> | undefined;
  #removed = false;

  constructor(key: string, component: string, windowId: string, document: SlotDocument, events: SlotEvents) {
    this.key = key;
    this.component = component;
    this.#windowId = windowId;
    this.#document = document;
    this.#events = events;
    this.#view = document.createSlot(key);
  }

  place(frame: SlotFrame): void {
    this.#view.place(frame);
  }

  /** The stylesheet in the page, as the server named it. */
  get css(): string | undefined {
    return this.#stylesheet?.url;
  }

  /**
   * The server's name of what the slot shows; empty where it could not be loaded, `undefined` while that is on its way and
   * where the server gives no names.
   */
  get build(): string | undefined {
    return this.#running ? undefined : this.#build;
  }

  mount(build: Build): Promise<void> {
    return this.#request({ kind: "mount", build, since: performance.now() });
  }

  /** Replaces the component, or with `css` its stylesheet alone. */
  swap(kind: HmrKind, build: Build): Promise<void> {
    // A stylesheet that overtakes a waiting component would lose it.
    const waiting = this.#next?.kind;
    const whole = kind === "css" && (waiting === "js" || waiting === "mount") ? waiting : kind;
    return this.#request({ kind: whole, build, since: performance.now() });
  }

  remove(): Promise<void> {
    return this.#request({ kind: "remove" });
  }

  #request(work: Work): Promise<void> {
    if (!this.#removed) this.#next = work;
    if (work.kind === "remove") this.#removed = true;
    return this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    for (let work = this.#take(); work; work = this.#take()) {
      if (work.kind === "remove") await this.#doRemove();
      else if (work.kind === "css") await this.#doStylesheet(work.build, work.since);
      else await this.#doMount(work.build, work.kind === "js", work.since);
    }
  }

  #take(): Work | undefined {
    const work = this.#next;
    this.#next = undefined;
    return work;
  }

  async #doMount(build: Build, isSwap: boolean, since: number): Promise<void> {
    // Both on the way at once, and the old component stays until the new one is here.
    const loading = this.#loadStylesheet(build.css).catch((error) => this.#log("error", error));
    const failure = await this.#document.preload(build.url).then(() => undefined, (error) => ({ error }));
    const stylesheet = await loading ?? undefined;
    if (failure || this.#next) {
      if (stylesheet !== this.#stylesheet) stylesheet?.remove();
      if (failure) this.#events.failed(this, failure.error);
      return;
    }
    const wasMounted = this.#mounted !== undefined;
    await this.#unmount();
    if (stylesheet !== this.#stylesheet) this.#stylesheet?.remove();
    this.#stylesheet = stylesheet;
    await this.#start(build.url, (generation) => {
      if (generation !== this.#generation) return;
      this.#events.running(this);
      const { key: slot, component } = this;
      if (!isSwap || !wasMounted) this.#events.signal({ type: "mounted", slot, component });
      if (isSwap) this.#events.signal({ type: "swapped", slot, component, kind: "js", ms: elapsed(since) });
    });
  }

  /** Imports and mounts; `done` is called when `mount` has finished, which nothing waits for. */
  async #start(url: string, done: (generation: number) => void): Promise<void> {
    const generation = ++this.#generation;
    const root = this.#view.freshRoot();
    try {
      const module = await this.#document.importModule(url);
      this.#build = typeof module.__keystoneBuild === "string" ? module.__keystoneBuild : undefined;
      const { mount, unmount } = entryPoints(module, this.component);
      this.#mounted = { unmount, root };
      const result = mount(root, { slotKey: this.key, windowId: this.#windowId });
      if (!isPromise(result)) return done(generation);
      result.then(() => done(generation), (error) => {
        if (generation === this.#generation) this.#events.failed(this, error);
      });
    } catch (error) {
      this.#mounted = undefined;
      this.#events.failed(this, error);
    }
  }

  async #doStylesheet(build: Build, since: number): Promise<void> {
    const { key: slot, component } = this;
    try {
      const sheet = await this.#loadStylesheet(build.css);
      if (sheet !== this.#stylesheet) this.#stylesheet?.remove();
      this.#stylesheet = sheet;
      if (build.build !== undefined) this.#build = build.build;
      this.#events.signal({ type: "swapped", slot, component, kind: "css", ms: elapsed(since) });
    } catch (error) {
      this.#log("error", error);
    }
  }

  /** The stylesheet at `url`, behind the present one until that is taken out. */
  async #loadStylesheet(url: string | undefined): Promise<Stylesheet | undefined> {
    if (url === undefined) return undefined;
    return this.#stylesheet?.url === url ? this.#stylesheet : await this.#view.addStylesheet(url);
  }

  async #unmount(): Promise<void> {
    const mounted = this.#mounted;
    this.#mounted = undefined;
    this.#generation++;
    if (typeof mounted?.unmount !== "function") return;
    try {
      const result: unknown = mounted.unmount(mounted.root);
      if (isPromise(result)) await withLimit(result, UNMOUNT_LIMIT);
    } catch (error) {
      this.#events.unmountFailed(this, error);
    }
  }

  async #doRemove(): Promise<void> {
    await this.#unmount();
    this.#view.remove();
    this.#stylesheet?.remove();
    this.#stylesheet = undefined;
    this.#events.signal({ type: "unmounted", slot: this.key });
    this.#events.removed(this);
  }

  #log(level: LogLevel, error: unknown): void {
    const { message, stack } = toWireError(error, { stack: true });
    this.#events.signal({ type: "log", level, message: `component "${this.component}": ${message}`, stack });
  }
}

type Mount = (root: HTMLElement, ctx: SlotContext) => unknown;

/** A component exports `mount` by name, or an object with it as its default. */
function entryPoints(module: Record<string, unknown>, component: string): { mount: Mount; unmount: unknown } {
  const fallback = module.default as { mount?: unknown; unmount?: unknown } | undefined;
  const holder = typeof module.mount === "function" ? module : fallback;
  if (typeof holder?.mount !== "function") {
    throw new KeystoneError(
      "BAD_REQUEST",
      `The component "${component}" exports no mount function. Add to its entry file: ` +
        "export function mount(root: HTMLElement, ctx: SlotContext) { … }",
    );
  }
  return { mount: holder.mount.bind(holder), unmount: holder.unmount };
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}

async function withLimit(work: Promise<unknown>, limit: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, limit)));
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}

/** Milliseconds since `start`, to a tenth. */
function elapsed(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
