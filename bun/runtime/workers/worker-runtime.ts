/** Puts a worker together: services like those of main Bun, and no pages. */

import { existsSync } from "node:fs";
import type { ResolvedConfig } from "../../sdk/config.ts";
import { type HostToBun, PROTOCOL_VERSION } from "../../sdk/protocol.ts";
import { configFile, loadConfig } from "../config/load-config.ts";
import { serviceFiles } from "../hmr/service-files.ts";
import { type AppWatch, watchApp } from "../hmr/watch-app.ts";
import { handleHostMessage } from "../host-messages.ts";
import { connectEgress } from "../network/egress.ts";
import { installNetworkPolicy } from "../network/install.ts";
import { Channels } from "../pages/channels.ts";
import { type PageData, PageSockets } from "../pages/page-socket.ts";
import { evalRefusal } from "../pages/security.ts";
import { compiledServices } from "../services/compiled-services.ts";
import { monitorHealth } from "../services/health-monitor.ts";
import { ServiceLoader } from "../services/loader.ts";
import { ServiceRegistry } from "../services/registry.ts";
import { ServiceStore } from "../services/store.ts";
import { Switchboard } from "../services/switchboard.ts";
import { wellKnownPaths } from "../services/well-known-paths.ts";
import type { RuntimeProcess } from "../start-process.ts";
import { connectHostStreams } from "../streams/host-streams.ts";
import type { HostOutput } from "../wire/host-output.ts";
import type { Log } from "../wire/log.ts";
import { ChannelLimits } from "./channel-limits.ts";
import type { WorkerEnvironment } from "./worker-environment.ts";
import { startWorkerServer } from "./worker-server.ts";

export class WorkerRuntime implements RuntimeProcess {
  readonly #stopped = new AbortController();
  #server: BunServer<PageData> | undefined;
  #watch: AppWatch | undefined;
  #ending: Promise<void> | undefined;

  private constructor(
    private readonly environment: WorkerEnvironment,
    private readonly config: ResolvedConfig,
    private readonly board: Switchboard,
    private readonly registry: ServiceRegistry,
  ) {}

  /** Loads the configuration and prepares everything that services may call. @throws ConfigError */
  static async prepare(environment: WorkerEnvironment, output: HostOutput, log: Log): Promise<WorkerRuntime> {
    const warn = (message: string) => log.warning(message);
    // First of all: the configuration file is the app's code too.
    const network = installNetworkPolicy(environment, log);
    if (environment.egressSocket !== undefined) await connectEgress(environment.egressSocket, network);
    const config = await loadConfig(environment, warn);
    network.configure(config.security.networkMode, config.security.networkEndpoints, warn);
    network.onDeclared = (endpoints) => output.send({ type: "network", endpoints });
    const store = new ServiceStore(environment.dataDir, log);
    const limits = new ChannelLimits(environment.allowedChannels, log);
    const paths = wellKnownPaths(environment);
    const board = new Switchboard(
      output,
      log,
      new Channels(environment.token !== undefined),
      store,
      paths,
      network,
      environment.workerName,
      limits,
    );
    const registry = new ServiceRegistry(board);
    board.streams.settle = () => registry.settle();
    board.hostStreams = connectHostStreams(environment.streamSocket, board.streams, log);
    return new WorkerRuntime(environment, config, board, registry);
  }

  /** Starts the services and the WebSocket, then says `ready`. Questions that come before wait for the services. */
  start(): Promise<void> {
    const starting = this.#start();
    this.registry.duringReload(starting);
    return starting;
  }

  async #start(): Promise<void> {
    const { environment, config, board, registry } = this;
    await registry.add("paths", "built in", { query: () => board.paths }).start();
    const startFiles = [configFile(environment)].filter((file) => file !== undefined);
    const loader = new ServiceLoader(environment.servicesDir, environment, registry, board.log, startFiles);
    const reloads = environment.development && config.services.hotReload;
    if (reloads) this.#startWatching(loader);
    await this.#startServices(loader);
    this.#serve();
    this.#sayReady();
    if (reloads) loader.learnModules();
    this.#watch?.addFiles(loader.moduleFiles());
    if (config.health.enabled) monitorHealth(registry, config.health.intervalMs, board.log, this.#stopped.signal);
  }

  handle(message: HostToBun): void {
    const { board, registry, environment, config } = this;
    const { development } = environment;
    handleHostMessage(message, {
      board,
      registry,
      development,
      evalRefusal: board.limits.isExtensionHost
        ? "this is an extension host"
        : evalRefusal(config.security, development),
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
    this.#watch?.close();
    await Promise.all(this.registry.all().map((service) => service.stop()));
    this.board.hostStreams?.close();
    void this.#server?.stop(true);
    this.board.store.close();
    await this.board.output.flush();
    process.exit(0);
  }

  async #startServices(loader: ServiceLoader): Promise<void> {
    const { environment, board } = this;
    const compiled = compiledServices(environment.workerName);
    if (compiled) {
      if (Object.keys(compiled).length === 0) board.log.error("the executable holds no services for this worker");
      return await loader.startCompiled(compiled);
    }
    if (!existsSync(environment.servicesDir)) {
      board.log.error(`${environment.servicesDir} doesn't exist: this worker has no services. See "servicesDir".`);
    }
    await loader.loadAll();
  }

  #serve(): void {
    const { environment, board, registry } = this;
    const { token, development } = environment;
    if (token === undefined) return;
    const sockets = new PageSockets({ board, registry, pages: undefined, development, session: crypto.randomUUID() });
    this.#server = startWorkerServer(token, sockets, board.log);
    board.channels.attach(this.#server);
  }

  #startWatching(loader: ServiceLoader): void {
    const { environment, config, board } = this;
    const { servicesDir, dataDir } = environment;
    const { extensions } = config.watch;
    const receivers = [(files: ReadonlySet<string>) => loader.reload(serviceFiles(files, loader, extensions))];
    // The directory itself is named too, so that one that comes later, or comes back, is seen.
    const foreignFiles = () => [servicesDir, ...loader.moduleFiles()];
    this.#watch = watchApp({ root: servicesDir, dataDir }, config, { receivers, foreignFiles }, board.log);
  }

  #sayReady(): void {
    this.board.output.send({
      type: "ready",
      protocol: PROTOCOL_VERSION,
      port: this.#server?.port ?? 0,
      services: this.registry.runningNames(),
      components: [],
      pid: process.pid,
      version: Bun.version,
      worker: this.environment.workerName,
    });
  }
}
