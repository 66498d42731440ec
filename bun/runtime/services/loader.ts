/** Loads the services of a directory, and reloads exactly those that a changed file concerns. */

import { within } from "../deadline.ts";
import type { ProcessEnvironment } from "../environment.ts";
import { touches } from "../touches.ts";
import { loadingAs, type Log } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import { evict, load } from "./module-cache.ts";
import { ModuleGraph } from "./module-graph.ts";
import type { ServiceRegistry } from "./registry.ts";
import type { Service } from "./service.ts";
import { discoverServices, type ServiceFile, shownPath } from "./service-file.ts";
import { serviceOf } from "./service-module.ts";

/** The app is ready at the latest so long after its services began to start. */
const START_LIMIT_MS = 5000;

interface Loaded {
  readonly file: ServiceFile;
  /** `undefined` when it failed to load. */
  service: Service | undefined;
  /** What it was made of when it was loaded, for telling what a change concerns. */
  modules: ReadonlySet<string>;
}

export class ServiceLoader {
  readonly #loaded = new Map<string, Loaded>();
  readonly #graph: ModuleGraph;
  #work: Promise<void> = Promise.resolve();
  #knowsModules = false;

  constructor(
    private readonly directory: string,
    private readonly environment: ProcessEnvironment,
    private readonly registry: ServiceRegistry,
    private readonly log: Log,
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
    const started: Service[] = [];
    for (const file of discoverServices(this.directory)) {
      const { service } = await this.#load(file);
      if (service) started.push(service);
    }
    await this.#startAll(started);
  }

  /** Starts services that are compiled into the executable. */
  async startCompiled(modules: Record<string, Record<string, unknown>>): Promise<void> {
    const services: Service[] = [];
    for (const [name, exports] of Object.entries(modules)) {
      try {
        services.push(this.#register(name, `compiled service ${name}`, exports));
      } catch (error) {
        this.log.error(`compiled service "${name}": ${describeError(error)}`);
      }
    }
    await this.#startAll(services);
  }

  /** Reads what every service is made of, so that the first change finds it known. Call it when nothing is urgent. */
  learnModules(): void {
    this.#knowsModules = true;
    for (const loaded of this.#loaded.values()) loaded.modules = this.#graph.closure(loaded.file.entry);
  }

  /** The files that services are made of, as far as they are known. */
  moduleFiles(): Set<string> {
    return new Set([...this.#loaded.values()].flatMap(({ modules }) => [...modules]));
  }

  /** Reloads what `changed` concerns. Calls follow each other. Resolves when the services are up again. */
  reload(changed: ReadonlySet<string>): Promise<void> {
    this.#work = this.#work.then(() => this.#reload(changed)).catch((error) => {
      this.log.error(`reloading services failed: ${describeError(error)}`);
    });
    this.registry.duringReload(this.#work);
    return this.#work;
  }

  async #reload(changed: ReadonlySet<string>): Promise<void> {
    if (!this.#knowsModules) this.learnModules();
    const files = discoverServices(this.directory);
    const gone = [...this.#loaded.values()].filter(({ file }) => !files.some((other) => other.entry === file.entry));
    for (const loaded of gone) await this.#forget(loaded);
    const fresh = files.filter((file) => !this.#loaded.has(file.entry));
    const concerned = [...this.#loaded.values()].filter((loaded) => this.#concerns(loaded, changed));
    if (fresh.length === 0 && concerned.length === 0) return;
    for (const loaded of concerned) await this.#unload(loaded);
    evict(this.#stale(concerned, changed));
    const again = [...concerned.map(({ file }) => file), ...fresh];
    const services: Service[] = [];
    for (const file of again) {
      const { service } = await this.#load(file);
      if (service) services.push(service);
    }
    this.learnModules();
    await this.#startAll(services);
    const up = services.filter(({ state }) => state.kind === "running").map(({ name }) => name);
    if (up.length > 0) this.log.info(`reloaded ${up.map((name) => `service "${name}"`).join(", ")}`);
  }

  /** One that didn't load is tried again whatever was saved: what it lacks may be a file that it never got to import. */
  #concerns(loaded: Loaded, changed: ReadonlySet<string>): boolean {
    if (!loaded.service) return changed.size > 0;
    const { directory } = loaded.file;
    if (touches(changed, loaded.modules)) return true;
    return directory !== undefined && [...changed].some((file) => file.startsWith(`${directory}/`));
  }

  /**
   * The modules to evaluate again: those that only the concerned services use, because a reload is a fresh start for
   * them, and of the shared ones those that import something that changed.
   */
  #stale(concerned: Loaded[], changed: ReadonlySet<string>): Set<string> {
    const kept = new Set<string>();
    for (const loaded of this.#loaded.values()) {
      if (!concerned.includes(loaded)) { for (const file of loaded.modules) kept.add(file); }
    }
    const stale = new Set<string>();
    for (const { file, modules } of concerned) {
      for (const module of [file.entry, ...modules]) {
        if (!kept.has(module) || changed.has(module) || this.#importsAny(module, changed)) stale.add(module);
      }
    }
    return stale;
  }

  #importsAny(module: string, changed: ReadonlySet<string>): boolean {
    for (const file of this.#graph.closure(module)) if (changed.has(file)) return true;
    return false;
  }

  async #load(file: ServiceFile): Promise<Loaded> {
    const loaded: Loaded = { file, service: undefined, modules: new Set([file.entry]) };
    this.#loaded.set(file.entry, loaded);
    const origin = shownPath(this.environment.root, file.entry);
    try {
      const exports = await loadingAs(`service:${file.name}`, () => load(file.entry));
      loaded.service = this.#register(file.name, origin, exports);
      this.registry.clearFailure(file.name);
    } catch (error) {
      this.registry.noteFailure(file.name, { origin, error });
      this.log.error(`service ${origin} was not loaded: ${describeError(error)}`);
    }
    return loaded;
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
    this.#loaded.delete(loaded.file.entry);
    this.registry.clearFailure(loaded.file.name);
    evict([loaded.file.entry]);
    this.log.info(`service ${shownPath(this.environment.root, loaded.file.entry)} is gone`);
  }

  async #startAll(services: Service[]): Promise<void> {
    const outcome = await within(START_LIMIT_MS, Promise.all(services.map((service) => service.start())));
    if (outcome.kind === "done") return;
    for (const { name, state } of services) {
      if (state.kind === "starting") {
        this.log.warning(`service "${name}" still starts after ${START_LIMIT_MS} ms; the app goes on without waiting`);
      }
    }
  }
}
