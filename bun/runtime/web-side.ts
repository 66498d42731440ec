/** The half of the runtime that faces pages: components, server, hot reload. */

import type { ComponentInfo } from "../sdk/protocol.ts";
import type { ResolvedConfig } from "../sdk/config.ts";
import { AppPlugins } from "./bundling/app-plugins.ts";
import { Bundler, type ListChange } from "./bundling/bundler.ts";
import { type Component, componentInfo, discoverComponents, mayConcernList } from "./bundling/component.ts";
import { environmentDefines } from "./bundling/public-environment.ts";
import type { Environment } from "./environment.ts";
import { HotComponents } from "./hmr/hot-components.ts";
import { serviceFiles } from "./hmr/service-files.ts";
import { type AppWatch, watchApp } from "./hmr/watch-app.ts";
import { Routes } from "./http/routes.ts";
import { type SocketData, startServer } from "./http/server.ts";
import { type PageRules, PageSockets } from "./pages/page-socket.ts";
import { ActionPolicy } from "./pages/security.ts";
import type { ServiceLoader } from "./services/loader.ts";
import type { ServiceRegistry } from "./services/registry.ts";
import { PageStreams } from "./streams/page-streams.ts";
import type { Switchboard } from "./services/switchboard.ts";

/**
 * Milliseconds of bundling ahead of the first request. An app with a few components has them all ready when their windows
 * open; one with hundreds bundles each when it is asked for.
 */
const AHEAD_MS = 300;
const NO_CHANGE: ListChange = { gone: [], returned: [] };

export class WebSide {
  readonly #bundler: Bundler | undefined;
  readonly #hot: HotComponents | undefined;
  #server: BunServer<SocketData> | undefined;
  #components: ReadonlyMap<string, Component> = new Map();
  #warned = new Set<string>();
  #watch: AppWatch | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
    private readonly board: Switchboard,
  ) {
    const bundles = config.web.autoBundle && !config.web.preBuilt;
    this.#bundler = bundles ? this.#newBundler() : undefined;
    if (this.#bundler && this.#reloadsComponents) {
      this.#hot = new HotComponents(this.#bundler, board.channels, board.output, board.log);
    }
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

  #newBundler(): Bundler {
    const { root, development } = this.environment;
    const plugins = new AppPlugins(this.config.web.plugins, root);
    const defines = environmentDefines(development, process.env);
    return new Bundler({ root, development, plugins, defines }, this.#reloadsComponents, {
      built: (inputs) => this.#watch?.addFiles(inputs),
      slow: (message) => this.board.log.warning(message),
    });
  }

  #startServer(registry: ServiceRegistry): BunServer<SocketData> {
    const { environment, config, board } = this;
    const { root, engineDir, development, preferredPort, token } = environment;
    const policy = new ActionPolicy(config.security, development);
    for (const warning of policy.warnings()) board.log.warning(warning);
    const pages: PageRules = { policy, catchUp: (builds, send) => this.#hot?.catchUp(builds, send) };
    const sockets = new PageSockets({ board, registry, pages, development, session: crypto.randomUUID() });
    const privateFolders = [config.services.dir];
    const routes = new Routes({ root, engineDir, privateFolders, bundler: this.#bundler, log: board.log });
    const server = startServer({
      preferredPort,
      token,
      routes,
      sockets,
      streams: new PageStreams(board.streams, board.log),
      log: board.log,
    });
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
    const foreignFiles = () => loader.moduleFiles();
    this.#watch = watchApp(environment, config, { receivers, foreignFiles }, board.log);
  }

  #componentReceiver(): (files: ReadonlySet<string>) => Promise<void> {
    const { board } = this;
    return async (files) => {
      const mayDiffer = mayConcernList(files, this.environment.root, this.config.web);
      const change = mayDiffer ? this.#discover() : undefined;
      if (change) board.output.send({ type: "components", components: this.components() });
      await Promise.all([change && this.#hot?.listChanged(change), this.#hot?.filesChanged(files)]);
    };
  }

  /** @returns what is different, where the list of components changed. */
  #discover(): ListChange | undefined {
    const { byName, warnings } = discoverComponents(this.environment.root, this.config.web);
    for (const warning of warnings) {
      if (!this.#warned.has(warning)) this.board.log.warning(warning);
      this.#warned.add(warning);
    }
    const before = [...this.#components].map(([name, { entry }]) => `${name}\n${entry}`).sort().join();
    const after = [...byName].map(([name, { entry }]) => `${name}\n${entry}`).sort().join();
    this.#components = byName;
    if (before === after) return undefined;
    return this.#bundler?.setComponents(byName) ?? NO_CHANGE;
  }

  /** One after the other, so that a page's own request never waits for more than one of them. */
  async #bundleAhead(stopped: AbortSignal): Promise<void> {
    const until = performance.now() + AHEAD_MS;
    for (const name of this.#components.keys()) {
      if (stopped.aborted || performance.now() > until) return;
      await this.#bundler?.prepare(name);
    }
  }
}
