/** Loads the services of a directory, and reloads exactly those that a changed file concerns. */

import { type Outcome, within } from "../deadline.ts";
import type { ProcessEnvironment } from "../environment.ts";
import { touches } from "../touches.ts";
import { loadingAs, type Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { evict, forgetOldCode, isLoaded, load, loadedFiles } from "./module-cache.ts";
import { ModuleGraph } from "./module-graph.ts";
import type { ServiceRegistry } from "./registry.ts";
import type { Service } from "./service.ts";
import { discoverServices, type ServiceFile, shownPath } from "./service-file.ts";
import { serviceOf } from "./service-module.ts";
import { isTaken } from "./taken-error.ts";

/** Services that take longer to load, all together, or to start, come up while the app runs already. */
const LOAD_LIMIT_MS = 5000;
const START_LIMIT_MS = 5000;
/** For each, even when others have used up the time. */
const LEAST_LOAD_LIMIT_MS = 100;

/** Bun doesn't evaluate a module anew that it is still evaluating. */
const UNENDED = "a top-level await in it or in what it imports has not ended. The service starts when that has; " +
  "if it never will, mend it and start the app again.";

interface Loaded {
  readonly file: ServiceFile;
  /** `undefined` when it failed to load. */
  service: Service | undefined;
  /** What it was made of when it was loaded, for telling what a change concerns. */
  modules: ReadonlySet<string>;
}

export class ServiceLoader {
  /** By the path of the file or directory. */
  readonly #loaded = new Map<string, Loaded>();
  readonly #graph: ModuleGraph;
  #work: Promise<void> = Promise.resolve();
  #knowsModules = false;
  /** Ends the wait for services that are loading or starting. */
  #hurry: () => void = () => {};
  /** The entries of services that are still being evaluated. */
  readonly #unended = new Set<string>();
  /** What `startFiles` are made of. */
  #startModules: ReadonlySet<string> = new Set();

  /** @param startFiles - modules that the process loads once, at its start: what they share with services stays. */
  constructor(
    private readonly directory: string,
    private readonly environment: ProcessEnvironment,
    private readonly registry: ServiceRegistry,
    private readonly log: Log,
    private readonly startFiles: readonly string[] = [],
  ) {
    this.#graph = new ModuleGraph(environment.engineDir);
  }

  /** Loads and starts all services. One that fails is logged; the others start. */
  loadAll(): Promise<void> {
    // Files that are saved meanwhile are dealt with afterwards.
    this.#work = this.#loadAll();
    return this.#work;
  }

  async #loadAll(): Promise<void> {
    await this.#startAll(await this.#loadEach(discoverServices(this.directory)));
  }

  /** Starts services that are compiled into the executable. */
  async startCompiled(modules: Readonly<Record<string, Record<string, unknown>>>): Promise<void> {
    const services: Service[] = [];
    for (const [name, exports] of Object.entries(modules)) {
      const origin = `compiled service ${name}`;
      try {
        services.push(this.#register(name, origin, exports));
      } catch (error) {
        this.registry.noteFailure(name, { origin, error });
        this.log.error(`${origin} was not loaded: ${describeError(error)}`);
      }
    }
    await this.#startAll(services);
  }

  /** Reads what every service is made of, so that the first change finds it known. Call it when nothing is urgent. */
  learnModules(): void {
    this.#knowsModules = true;
    for (const loaded of this.#loaded.values()) loaded.modules = this.#graph.closure(loaded.file.entry);
    this.#startModules = this.#graph.closure(...this.startFiles);
  }

  /** The files that services are made of, as far as they are known. */
  moduleFiles(): Set<string> {
    const files = new Set(loadedFiles().filter((file) => this.#graph.isFollowed(file)));
    for (const { modules } of this.#loaded.values()) for (const file of modules) files.add(file);
    return files;
  }

  /** Reloads what `changed` concerns. Calls follow each other. Resolves when the services are up again. */
  reload(changed: ReadonlySet<string>): Promise<void> {
    this.#hurry();
    this.#work = this.#work.then(() => this.#reload(changed)).catch((error) => {
      this.log.error(`reloading services failed: ${describeError(error)}`);
    });
    this.registry.duringReload(this.#work);
    return this.#work;
  }

  async #reload(changed: ReadonlySet<string>): Promise<void> {
    if (!this.#knowsModules) this.learnModules();
    this.#graph.forget(changed);
    this.#tellOfStartModules(changed);
    const files = discoverServices(this.directory);
    const known = new Map(files.map((file) => [file.path, file.entry]));
    const gone = [...this.#loaded.values()].filter(({ file }) => known.get(file.path) !== file.entry);
    for (const loaded of gone) await this.#forget(loaded);
    const fresh = files.filter((file) => !this.#loaded.has(file.path));
    const concerned = this.#concernedBy(changed, gone.length > 0);
    if (fresh.length === 0 && concerned.length === 0) return;
    const stale = this.#staleModules(concerned, changed);
    await Promise.all(concerned.map((loaded) => this.#unload(loaded)));
    evict(stale);
    await this.#loadAgain([...concerned.map(({ file }) => file), ...fresh]);
    forgetOldCode();
  }

  /** What `host.ts` is made of is a part of the start. */
  #tellOfStartModules(changed: ReadonlySet<string>): void {
    const parts = [...this.#startModules].filter((file) => changed.has(file) && !this.startFiles.includes(file));
    if (parts.length === 0) return;
    const shown = parts.map((file) => shownPath(this.environment.root, file)).join(", ");
    const owners = this.startFiles.map((file) => shownPath(this.environment.root, file)).join(" and ");
    this.log.info(`${shown} was saved; ${owners} will use it when the app starts again`);
  }

  async #loadAgain(files: readonly ServiceFile[]): Promise<void> {
    const services = await this.#loadEach(files);
    this.learnModules();
    await this.#startAll(services);
    const up = services.filter(({ state }) => state.kind === "running").map(({ name }) => name);
    if (up.length > 0) this.log.info(`reloaded ${up.map((name) => `service "${name}"`).join(", ")}`);
  }

  /** Those that ran come first: a name or channel that two want stays with the one that has it. */
  #concernedBy(changed: ReadonlySet<string>, othersWent: boolean): Loaded[] {
    const isForAll = this.#isLoadedByNobodyKnown(changed);
    const all = [...this.#loaded.values()];
    const concerned = all.filter((loaded) => isForAll || this.#concerns(loaded, changed));
    if (concerned.length > 0 || othersWent) {
      concerned.push(...all.filter((loaded) => !concerned.includes(loaded) && isWaiting(loaded)));
    }
    const rank = ({ service }: Loaded) => service?.state.kind === "running" ? 0 : 1;
    return concerned.sort((a, b) => rank(a) - rank(b));
  }

  /** One that didn't load is tried again whatever was saved: what it lacks may be a file that it never got to import. */
  #concerns(loaded: Loaded, changed: ReadonlySet<string>): boolean {
    if (!loaded.service) return changed.size > 0;
    const { path, directory } = loaded.file;
    if (changed.has(path) || touches(changed, loaded.modules)) return true;
    return directory !== undefined && [...changed].some((file) => file.startsWith(`${directory}/`));
  }

  /** A module that was imported by a name that code made up: it can be any service's, so it is taken for everyone's. */
  #isLoadedByNobodyKnown(changed: ReadonlySet<string>): boolean {
    const owned = (file: string) =>
      this.#startModules.has(file) || [...this.#loaded.values()].some(({ modules }) => modules.has(file));
    return [...changed].some((file) => this.#graph.isFollowed(file) && isLoaded(file) && !owned(file));
  }

  /**
   * The modules to evaluate again: those that only the concerned services use, because a reload is a fresh start for
   * them, and of all others those that import something that changed.
   */
  #staleModules(concerned: readonly Loaded[], changed: ReadonlySet<string>): Set<string> {
    const kept = new Set(this.#startModules);
    for (const loaded of this.#loaded.values()) {
      if (!concerned.includes(loaded)) { for (const file of loaded.modules) kept.add(file); }
    }
    const stale = new Set(concerned.flatMap(({ file, modules }) => [file.entry, ...modules])).difference(kept);
    return stale.union(this.#graph.importersOf(changed, this.moduleFiles()));
  }

  async #loadEach(files: readonly ServiceFile[]): Promise<Service[]> {
    const end = performance.now() + LOAD_LIMIT_MS;
    const services: Service[] = [];
    for (const file of files) {
      const service = await this.#load(file, Math.max(LEAST_LOAD_LIMIT_MS, end - performance.now()));
      if (service) services.push(service);
    }
    return services;
  }

  async #load(file: ServiceFile, limitMs: number): Promise<Service | undefined> {
    const loaded: Loaded = { file, service: undefined, modules: new Set([file.entry]) };
    this.#loaded.set(file.path, loaded);
    const origin = shownPath(this.environment.root, file.path);
    try {
      const exports = await this.#evaluate(loaded, limitMs);
      loaded.service = this.#register(file.name, origin, exports);
      this.registry.clearFailure(file.name);
    } catch (error) {
      this.#noteFailure(file, error);
    }
    return loaded.service;
  }

  #noteFailure(file: ServiceFile, error: unknown): void {
    const origin = shownPath(this.environment.root, file.path);
    this.registry.noteFailure(file.name, { origin, error });
    this.log.error(`service ${origin} was not loaded: ${describeError(error)}`);
  }

  /** @throws what the module throws, or an error when it has not ended in time; it is then started when it has. */
  async #evaluate(loaded: Loaded, limitMs: number): Promise<Record<string, unknown>> {
    const { entry, name } = loaded.file;
    if (this.#unended.has(entry)) throw new Error(UNENDED);
    let loading: Promise<Record<string, unknown>> | undefined;
    const outcome = await loadingAs(`service:${name}`, () => this.#patiently(limitMs, loading = load(entry)));
    if (outcome.kind === "done") return outcome.value;
    this.#unended.add(entry);
    loading?.finally(() => this.#unended.delete(entry)).then(
      () => this.#startLate(loaded.file),
      (error) => this.#noteFailure(loaded.file, error),
    );
    throw new Error(UNENDED);
  }

  #startLate(file: ServiceFile): void {
    const isWanted = () => {
      const loaded = this.#loaded.get(file.path);
      return loaded !== undefined && !loaded.service;
    };
    this.#work = this.#work.then(() => isWanted() ? this.#loadAgain([file]) : undefined);
    this.registry.duringReload(this.#work);
  }

  /** Waits for `work`, at most until the limit or the next save, which may mend what hangs. */
  #patiently<T>(limitMs: number, work: Promise<T>): Promise<Outcome<T> | { kind: "hurried" }> {
    const hurried = new Promise<{ kind: "hurried" }>((resolve) => this.#hurry = () => resolve({ kind: "hurried" }));
    return Promise.race([within(limitMs, work), hurried]);
  }

  #register(fallbackName: string, origin: string, exports: Record<string, unknown>): Service {
    const module = serviceOf(exports);
    return this.registry.add(module.name || fallbackName, origin, module);
  }

  async #unload(loaded: Loaded): Promise<void> {
    const { service } = loaded;
    loaded.service = undefined;
    if (service) await this.registry.remove(service);
  }

  async #forget(loaded: Loaded): Promise<void> {
    await this.#unload(loaded);
    this.#loaded.delete(loaded.file.path);
    this.registry.clearFailure(loaded.file.name);
    evict(this.#staleModules([loaded], new Set()));
    this.log.info(`service ${shownPath(this.environment.root, loaded.file.path)} is gone`);
  }

  async #startAll(services: Service[]): Promise<void> {
    const started = Promise.all(services.map((service) => service.start()));
    const outcome = await this.#patiently(START_LIMIT_MS, started);
    if (outcome.kind !== "late") return;
    for (const { name, state } of services) {
      if (state.kind === "starting") {
        this.log.warning(`service "${name}" still starts after ${START_LIMIT_MS} ms; the app goes on without waiting`);
      }
    }
  }
}

/** It would run if another service had not had its name or channel. */
function isWaiting({ service }: Loaded): boolean {
  return service?.state.kind === "failed" && isTaken(service.state.error);
}
