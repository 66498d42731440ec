/** The bundles of all components: built on demand, kept in memory, built again when something in them changed. */

import { type Bundle, bundleComponent, type BundleOptions, type BundleResult } from "./bundle.ts";
import type { Component } from "./component.ts";
import { touches } from "../touches.ts";
import { changedSince, type Stamps, stampsOf } from "./stamps.ts";

/** The kernel's file times lag behind the clock by a tick. */
const CLOCK_SLACK_MS = 10;
/** Something that writes its inputs on every build would keep the bundler busy for ever. */
const MAX_ATTEMPTS = 5;

interface Entry {
  component: Component;
  result: BundleResult | undefined;
  /** The last result that was a bundle: what pages run, and what the component depends on while it fails. */
  lastBundle: Bundle | undefined;
  stamps: Stamps;
  building: Promise<BundleResult> | undefined;
  isDirty: boolean;
}

export interface Rebuilt {
  readonly name: string;
  readonly before: Bundle | undefined;
  readonly wasFailing: boolean;
  readonly after: BundleResult;
}

export class Bundler {
  readonly #entries = new Map<string, Entry>();
  /** Imported files of every component, by the name that they are served under. */
  readonly #assets = new Map<string, Uint8Array>();

  /** @param watched - somebody calls `rebuild` on changes; otherwise each request looks at the files' times. */
  constructor(private readonly options: BundleOptions, private readonly watched: boolean) {}

  /** Replaces the list of components. Bundles of those that keep their entry file stay. */
  setComponents(components: ReadonlyMap<string, Component>): void {
    for (const [name, entry] of this.#entries) {
      const component = components.get(name);
      if (component?.entry === entry.component.entry) entry.component = component;
      else this.#entries.delete(name);
    }
    for (const [name, component] of components) {
      if (!this.#entries.has(name)) this.#entries.set(name, newEntry(component));
    }
  }

  names(): Iterable<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  asset(name: string): Uint8Array | undefined {
    return this.#assets.get(name);
  }

  /** The bundle of a component, built now if it isn't there. `undefined` for an unknown name. */
  async get(name: string): Promise<BundleResult | undefined> {
    const entry = this.#entries.get(name);
    if (!entry) return undefined;
    if (entry.building) return await entry.building;
    if (entry.result && !entry.isDirty && (this.watched || !this.#isStale(entry))) return entry.result;
    return await this.#build(entry);
  }

  /** Components that were built and that a change of `files` concerns. A failing one is tried on any change. */
  concernedBy(files: ReadonlySet<string>): string[] {
    const names: string[] = [];
    for (const [name, { result, building, lastBundle, component }] of this.#entries) {
      if (!result && !building) continue;
      const isFailing = result?.kind === "failure";
      if (isFailing || building || files.has(component.entry) || touches(files, lastBundle?.inputs)) names.push(name);
    }
    return names;
  }

  /** All components that were built. */
  built(): string[] {
    return [...this.#entries].filter(([, { result }]) => result !== undefined).map(([name]) => name);
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

  /** Everything that went into any bundle. */
  inputs(): Set<string> {
    return new Set([...this.#entries.values()].flatMap(({ lastBundle }) => [...lastBundle?.inputs ?? []]));
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
      const result = await bundleComponent(entry.component, this.options);
      entry.result = result;
      const inputs = result.kind === "bundle" ? result.inputs : before.keys();
      if (attempt < MAX_ATTEMPTS && (entry.isDirty || changedSince(inputs, before, startedAt))) continue;
      this.#keep(entry, result);
      return result;
    }
  }

  #keep(entry: Entry, result: BundleResult): void {
    if (result.kind !== "bundle") return;
    entry.lastBundle = result;
    entry.stamps = stampsOf(result.inputs);
    for (const [name, content] of result.assets) this.#assets.set(name, content);
  }

  #isStale(entry: Entry): boolean {
    return entry.result?.kind === "failure" || changedSince(entry.stamps.keys(), entry.stamps, Infinity);
  }
}

function newEntry(component: Component): Entry {
  const stamps = new Map<string, string>();
  return { component, result: undefined, lastBundle: undefined, stamps, building: undefined, isDirty: false };
}
