/** The bundles of all components: built on demand, kept in memory, built again when something in them changed. */

import { isComponentName } from "../config/schema.ts";
import { touches } from "../touches.ts";
import { type Bundle, bundleComponent, type BundleOptions, type BundleResult } from "./bundle.ts";
import type { Component } from "./component.ts";
import { ServedFiles } from "./served-files.ts";
import { changedSince, type Stamps, stampsOf } from "./stamps.ts";

/** The kernel's file times lag behind the clock by a tick. */
const CLOCK_SLACK_MS = 10;
/** Something that writes its inputs on every build would keep the bundler busy for ever. */
const MAX_ATTEMPTS = 5;
/** A build that takes longer is likely stuck in a plugin; somebody waits for it before a blank window. */
const SLOW_MS = 10_000;

/** Pages may ask for anything. */
const MAX_MISSED = 1000;

interface Entry {
  component: Component;
  result: BundleResult | undefined;
  /** The last result that was a bundle: what pages run, and what the component depends on while it fails. */
  lastBundle: Bundle | undefined;
  /** The map of the one before it: pages may still report errors of that code. */
  previousMap: Pick<Bundle, "scriptHash" | "sourceMap"> | undefined;
  stamps: Stamps;
  building: Promise<BundleResult> | undefined;
  isDirty: boolean;
  /** A page asked for it: a change is worth a build at once. */
  isWanted: boolean;
}

export interface Rebuilt {
  readonly name: string;
  readonly before: Bundle | undefined;
  readonly wasFailing: boolean;
  readonly after: BundleResult;
}

/** Components that pages show, by what the change of the list means to them. */
export interface ListChange {
  readonly gone: readonly string[];
  readonly returned: readonly string[];
}

export interface BundlerEvents {
  /** A component was built of these files. */
  built(inputs: ReadonlySet<string>): void;
  /** A build takes long; it goes on. */
  slow(message: string): void;
}

export class Bundler {
  readonly #entries = new Map<string, Entry>();
  /** Components that pages asked for and that are not there any more. */
  readonly #missed = new Set<string>();
  readonly #files = new ServedFiles();

  /** @param watched - somebody calls `rebuild` on changes; otherwise each request looks at the files' times. */
  constructor(
    private readonly options: BundleOptions,
    private readonly watched: boolean,
    private readonly events: BundlerEvents,
  ) {}

  /** Replaces the list of components. Bundles of those that keep their entry file stay. */
  setComponents(components: ReadonlyMap<string, Component>): ListChange {
    const gone: string[] = [];
    const returned: string[] = [];
    for (const [name, entry] of this.#entries) {
      const component = components.get(name);
      if (component?.entry === entry.component.entry) entry.component = component;
      else this.#forget(name, entry);
      if (!component && entry.isWanted) gone.push(name);
    }
    for (const [name, component] of components) {
      if (this.#entries.has(name)) continue;
      const isWanted = this.#missed.delete(name);
      this.#entries.set(name, newEntry(component, isWanted));
      if (isWanted) returned.push(name);
    }
    return { gone, returned };
  }

  names(): Iterable<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** A page asked for a component that is not there; should its file come, the page wants to know. */
  miss(name: string): void {
    if (isComponentName(name) && this.#missed.size < MAX_MISSED) this.#missed.add(name);
  }

  /** A chunk or an imported file, by its name below `ASSET_FOLDER`. */
  file(name: string): string | Uint8Array | undefined {
    return this.#files.get(name);
  }

  /** The source map of the version of a component that a page runs, or of the last one where that is not known. */
  sourceMap(name: string, scriptHash: string | undefined): string | undefined {
    const { lastBundle, previousMap } = this.#entries.get(name) ?? {};
    return previousMap && previousMap.scriptHash === scriptHash ? previousMap.sourceMap : lastBundle?.sourceMap;
  }

  /** The bundle of a component, built now if it isn't there. `undefined` for an unknown name. */
  async get(name: string): Promise<BundleResult | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    entry.isWanted = true;
    return await this.#current(entry);
  }

  /** Builds a component that nobody has asked for yet. */
  async prepare(name: string): Promise<void> {
    const entry = this.#entries.get(name);
    if (entry) await this.#current(entry);
  }

  /** Components that pages asked for and that a change of `files` concerns. A failing one is tried on any change. */
  concernedBy(files: ReadonlySet<string>): string[] {
    const names: string[] = [];
    for (const [name, entry] of this.#entries) {
      if (isConcerned(entry, files) && this.#isWorthBuilding(entry)) names.push(name);
    }
    return names;
  }

  /** All components that pages asked for; those that were only prepared are built anew when somebody does. */
  wanted(): string[] {
    return [...this.#entries].filter(([, entry]) => isBuilt(entry) && this.#isWorthBuilding(entry)).map(([name]) =>
      name
    );
  }

  /** Builds a component again and tells what it was before. Builds of one component never overlap. */
  async rebuild(name: string): Promise<Rebuilt | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    entry.isDirty = true;
    // A request's build may be under way; it started before the change, or will notice it by the files' times.
    if (entry.building) await entry.building;
    const before = entry.lastBundle;
    const wasFailing = entry.result?.kind === "failure";
    return { name, before, wasFailing, after: await this.#build(entry) };
  }

  async #current(entry: Entry): Promise<BundleResult> {
    if (entry.building) return await entry.building;
    if (entry.result && !entry.isDirty && (this.watched || !this.#isStale(entry))) return entry.result;
    return await this.#build(entry);
  }

  #isWorthBuilding(entry: Entry): boolean {
    if (!entry.isWanted) entry.isDirty = true;
    return entry.isWanted;
  }

  #build(entry: Entry): Promise<BundleResult> {
    entry.building ??= this.#buildUntilStable(entry).finally(() => {
      entry.building = undefined;
    });
    return entry.building;
  }

  /** A file that is saved while the bundler reads would otherwise be missed, or be in it by half. */
  async #buildUntilStable(entry: Entry): Promise<BundleResult> {
    for (let attempt = 1;; attempt++) {
      entry.isDirty = false;
      const startedAt = Date.now() - CLOCK_SLACK_MS;
      const before = stampsOf([entry.component.entry, ...entry.lastBundle?.inputs ?? []]);
      const result = await this.#bundle(entry.component);
      const inputs = result.kind === "bundle" ? result.inputs : before.keys();
      if (attempt < MAX_ATTEMPTS && (entry.isDirty || changedSince(inputs, before, startedAt))) continue;
      this.#keep(entry, result);
      return result;
    }
  }

  async #bundle(component: Component): Promise<BundleResult> {
    const slow = setTimeout(() => this.events.slow(slowMessage(component)), SLOW_MS);
    try {
      return await bundleComponent(component, this.options);
    } finally {
      clearTimeout(slow);
    }
  }

  #keep(entry: Entry, result: BundleResult): void {
    entry.result = result;
    if (result.kind !== "bundle") return;
    if (entry.lastBundle && entry.lastBundle.scriptHash !== result.scriptHash) {
      const { scriptHash, sourceMap } = entry.lastBundle;
      entry.previousMap = { scriptHash, sourceMap };
    }
    entry.lastBundle = result;
    entry.stamps = stampsOf(result.inputs);
    // It may have gone, or be another file by now.
    if (this.#entries.get(entry.component.name) !== entry) return;
    this.#files.add(entry.component.name, result.files);
    this.events.built(result.inputs);
  }

  #forget(name: string, entry: Entry): void {
    this.#entries.delete(name);
    this.#files.remove(name);
    if (entry.isWanted) this.#missed.add(name);
  }

  #isStale(entry: Entry): boolean {
    return entry.result?.kind === "failure" || changedSince(entry.stamps.keys(), entry.stamps, Infinity);
  }
}

function isConcerned(entry: Entry, files: ReadonlySet<string>): boolean {
  if (!isBuilt(entry)) return false;
  const isFailing = entry.result?.kind === "failure";
  return isFailing || entry.building !== undefined || files.has(entry.component.entry) ||
    touches(files, entry.lastBundle?.inputs);
}

function isBuilt({ result, building }: Entry): boolean {
  return result !== undefined || building !== undefined;
}

function newEntry(component: Component, isWanted: boolean): Entry {
  const nothing = { result: undefined, lastBundle: undefined, previousMap: undefined, building: undefined };
  return { ...nothing, component, isWanted, stamps: new Map(), isDirty: false };
}

function slowMessage({ name, entry }: Component): string {
  return `component "${name}" (${entry}) has been bundling for ${SLOW_MS / 1000} s; does a plugin of web.plugins hang?`;
}
