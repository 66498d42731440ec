/** Puts the runtime together, in the order in which an app starts and ends. */

import { join } from "node:path";
import type { HostToBun } from "../sdk/protocol.ts";
import { PROTOCOL_VERSION } from "../sdk/protocol.ts";
import type { ResolvedConfig } from "../sdk/config.ts";
import { AppHost, appHostFile } from "./app-host.ts";
import { configFile, loadConfig } from "./config/load-config.ts";
import type { Environment } from "./environment.ts";
import { handleHostMessage } from "./host-messages.ts";
import { installNetworkPolicy } from "./network/install.ts";
import { Channels } from "./pages/channels.ts";
import { evalRefusal } from "./pages/security.ts";
import { compiledServices } from "./services/compiled-services.ts";
import { ServiceLoader } from "./services/loader.ts";
import { monitorHealth } from "./services/health-monitor.ts";
import { ServiceRegistry } from "./services/registry.ts";
import { ServiceStore } from "./services/store.ts";
import { Switchboard } from "./services/switchboard.ts";
import { connectHostStreams } from "./streams/host-streams.ts";
import { wellKnownPaths } from "./services/well-known-paths.ts";
import { WebSide } from "./web-side.ts";
import type { HostOutput } from "./wire/host-output.ts";
import type { Log } from "./wire/log.ts";

export class Runtime {
  readonly #stopped = new AbortController();
  #web: WebSide | undefined;
  #appHost: AppHost | undefined;
  #ending: Promise<void> | undefined;

  private constructor(
    private readonly environment: Environment,
    private readonly config: ResolvedConfig,
    private readonly board: Switchboard,
    private readonly registry: ServiceRegistry,
  ) {}

  /** Loads the configuration and prepares everything that app code may call. @throws ConfigError */
  static async prepare(environment: Environment, output: HostOutput, log: Log): Promise<Runtime> {
    const warn = (message: string) => log.warning(message);
    // First of all: the configuration file is the app's code too.
    const network = installNetworkPolicy(environment, log);
    const config = await loadConfig(environment, warn);
    network.configure(config.security.networkMode, config.security.networkEndpoints, warn);
    network.onDeclared = (endpoints) => output.send({ type: "network", endpoints });
    const store = new ServiceStore(environment.dataDir, log);
    const board = new Switchboard(output, log, new Channels(), store, wellKnownPaths(environment), network);
    const registry = new ServiceRegistry(board);
    board.streams.settle = () => registry.settle();
    board.hostStreams = connectHostStreams(environment.streamSocket, board.streams, log);
    return new Runtime(environment, config, board, registry);
  }

  /** Starts services and server, then says `ready`. Questions that come before wait for the services. */
  async start(): Promise<void> {
    const starting = this.#start();
    this.registry.duringReload(starting);
    try {
      await starting;
    } catch (error) {
      // A host that goes away meanwhile has its own way out.
      if (this.#ending) return;
      await this.#release();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { environment, config, board, registry } = this;
    const paths = registry.add("paths", "built in", { query: () => board.paths });
    await paths.start();
    const hostFile = appHostFile(environment);
    if (hostFile !== undefined) {
      this.#appHost = await AppHost.load(hostFile, registry, board, config);
      await this.#appHost.beforeStart();
    }
    const loader = this.#newLoader();
    const web = new WebSide(environment, config, board);
    this.#web = web;
    web.watch(loader);
    await startServices(loader);
    web.serve(registry);
    this.#sayReady(web);
    web.afterReady(loader, this.#stopped.signal);
    if (config.health.enabled) monitorHealth(registry, config.health.intervalMs, board.log, this.#stopped.signal);
    await this.#appHost?.ready();
  }

  handle(message: HostToBun): void {
    const { board, registry, environment, config } = this;
    handleHostMessage(message, {
      board,
      registry,
      development: environment.development,
      evalRefusal: evalRefusal(config.security, environment.development),
      shutDown: () => void this.shutDown(),
    });
  }

  /** Stops everything, each part within a bounded time, and ends the process. */
  shutDown(): Promise<void> {
    this.#ending ??= this.#shutDown();
    return this.#ending;
  }

  async #shutDown(): Promise<void> {
    this.#stopped.abort();
    await this.#appHost?.shutDown();
    await this.#release();
    await this.board.output.flush();
    process.exit(0);
  }

  async #release(): Promise<void> {
    this.#stopped.abort();
    await Promise.all(this.registry.all().map((service) => service.stop()));
    this.board.hostStreams?.close();
    this.#web?.close();
    this.board.store.close();
  }

  #newLoader(): ServiceLoader {
    const { environment, config, registry, board } = this;
    const { root } = environment;
    const startFiles = [appHostFile(environment), configFile(environment)].filter((file) => file !== undefined);
    return new ServiceLoader(join(root, config.services.dir), environment, registry, board.log, startFiles);
  }

  #sayReady(web: WebSide): void {
    this.board.output.send({
      type: "ready",
      protocol: PROTOCOL_VERSION,
      port: web.port,
      services: this.registry.runningNames(),
      components: web.components(),
      pid: process.pid,
      version: Bun.version,
    });
  }
}

async function startServices(loader: ServiceLoader): Promise<void> {
  const compiled = compiledServices();
  if (compiled) await loader.startCompiled(compiled);
  else await loader.loadAll();
}
