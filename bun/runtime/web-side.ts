/** The half of the runtime that faces pages: components, server, hot reload. */

import type { ComponentInfo } from "../sdk/protocol.ts";
import type { ResolvedConfig } from "../sdk/config.ts";
import { Bundler } from "./bundling/bundler.ts";
import { type Component, componentInfo, discoverComponents } from "./bundling/component.ts";
import type { Environment } from "./environment.ts";
import { HotComponents } from "./hmr/hot-components.ts";
import { serviceFiles } from "./hmr/service-files.ts";
import { type AppWatch, watchApp } from "./hmr/watch-app.ts";
import { Routes } from "./http/routes.ts";
import { startServer } from "./http/server.ts";
import { type PageData, PageSockets } from "./pages/page-socket.ts";
import { ActionPolicy } from "./pages/security.ts";
import type { ServiceLoader } from "./services/loader.ts";
import type { ServiceRegistry } from "./services/registry.ts";
import type { Switchboard } from "./services/switchboard.ts";

export class WebSide {
  readonly #bundler: Bundler | undefined;
  #server: BunServer<PageData> | undefined;
  #components: ReadonlyMap<string, Component> = new Map();
  #warned = new Set<string>();
  #watch: AppWatch | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
    private readonly board: Switchboard,
  ) {
    const { development, root } = environment;
    const bundles = config.web.autoBundle && !config.web.preBuilt;
    this.#bundler = bundles ? new Bundler({ root, development }, this.#reloadsComponents) : undefined;
    this.#discover();
  }

  /** Starts the server, where the app has one. */
  serve(registry: ServiceRegistry): void {
    if (this.config.http.enabled) this.#server = this.#startServer(registry);
  }

  /** Watches the app's files. Begin before they are read, so that no change is missed. */
  watch(loader: ServiceLoader): void {
    if (this.#reloadsComponents || this.#reloadsServices) this.#startWatching(loader);
  }

  /** 0 when there is no server. */
  get port(): number {
    return this.#server?.port ?? 0;
  }

  components(): ComponentInfo[] {
    return componentInfo(this.#components);
  }

  /** What can wait until the app is up: reading what services import, and bundling ahead of the first request. */
  afterReady(loader: ServiceLoader, stopped: AbortSignal): void {
    if (this.#reloadsServices) loader.learnModules();
    void this.#bundleAhead(stopped);
  }

  close(): void {
    this.#watch?.close();
    void this.#server?.stop(true);
  }

  get #reloadsComponents(): boolean {
    return this.environment.development && this.config.web.hotReload;
  }

  get #reloadsServices(): boolean {
    return this.environment.development && this.config.services.hotReload;
  }

  #startServer(registry: ServiceRegistry): BunServer<PageData> {
    const { environment, config, board } = this;
    const { root, engineDir, development, preferredPort, token } = environment;
    const policy = new ActionPolicy(config.security, development);
    const sockets = new PageSockets({ board, registry, policy, development, session: crypto.randomUUID() });
    const privateFolders = [config.services.dir];
    const routes = new Routes({ root, engineDir, privateFolders, bundler: this.#bundler, log: board.log });
    const server = startServer({ preferredPort, token, routes, sockets, log: board.log });
    board.channels.attach(server);
    return server;
  }

  #startWatching(loader: ServiceLoader): void {
    const { environment, config, board } = this;
    const receivers: ((files: ReadonlySet<string>) => Promise<void>)[] = [];
    if (this.#reloadsComponents) receivers.push(this.#componentReceiver());
    if (this.#reloadsServices) {
      receivers.push((files) => loader.reload(serviceFiles(files, loader, config.watch.extensions)));
    }
    const foreignFiles = () => [...this.#bundler?.inputs() ?? [], ...loader.moduleFiles()];
    this.#watch = watchApp(environment, config, { receivers, foreignFiles }, board.log);
  }

  #componentReceiver(): (files: ReadonlySet<string>) => Promise<void> {
    const { board } = this;
    const hot = this.#bundler ? new HotComponents(this.#bundler, board.channels, board.output, board.log) : undefined;
    return async (files) => {
      if (this.#discover()) board.output.send({ type: "components", components: this.components() });
      await hot?.filesChanged(files);
    };
  }

  /** @returns whether the list of components changed. */
  #discover(): boolean {
    const { byName, warnings } = discoverComponents(this.environment.root, this.config.web);
    for (const warning of warnings) {
      if (!this.#warned.has(warning)) this.board.log.warning(warning);
      this.#warned.add(warning);
    }
    const before = [...this.#components].map(([name, { entry }]) => `${name}\n${entry}`).sort().join();
    const after = [...byName].map(([name, { entry }]) => `${name}\n${entry}`).sort().join();
    this.#components = byName;
    if (before === after) return false;
    this.#bundler?.setComponents(byName);
    return true;
  }

  /** One after the other, so that a page's own request never waits for more than one of them. */
  async #bundleAhead(stopped: AbortSignal): Promise<void> {
    for (const name of this.#components.keys()) {
      if (stopped.aborted) return;
      await this.#bundler?.get(name);
    }
    this.#watch?.refresh();
  }
}
