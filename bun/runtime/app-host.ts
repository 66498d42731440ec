/** The app's own `bun/host.ts`: its hooks into the life of this process. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedConfig } from "../sdk/config.ts";
import type { HostContext, HostHooks } from "../sdk/host.ts";
import { within } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { load } from "./services/module-cache.ts";
import type { ServiceRegistry } from "./services/registry.ts";
import { serviceOf } from "./services/service-module.ts";
import type { Switchboard } from "./services/switchboard.ts";
import { loadingAs, speakingAs } from "./wire/log.ts";
import { describeError } from "./wire/runtime-error.ts";

const FILES = ["host.ts", "host.js"];
const HOOKS = ["onBeforeStart", "onReady", "onShutdown", "onAction"] as const;
const OWNER = "host.ts";
/** The app is ready, and gone, without a hook that takes longer. */
const START_LIMIT_MS = 10_000;
const SHUTDOWN_LIMIT_MS = 2000;

export class AppHost {
  readonly #context: HostContext;

  private constructor(
    private readonly hooks: HostHooks,
    registry: ServiceRegistry,
    private readonly board: Switchboard,
    config: ResolvedConfig,
  ) {
    this.#context = hostContext(registry, board, config);
    if (hooks.onAction) {
      registry.addActionHandler(OWNER, (action, info) => hooks.onAction?.(action, this.#context, info));
    }
  }

  /** Loads the app's host file, if it has one. A fault in it is logged, and the app goes on without it. */
  static async load(
    environment: Environment,
    registry: ServiceRegistry,
    board: Switchboard,
    config: ResolvedConfig,
  ): Promise<AppHost | undefined> {
    const file = FILES.map((name) => join(environment.root, name)).find((path) => existsSync(path));
    // The framework's own directory holds a file of this name that is no app's.
    if (file === undefined || environment.root === environment.engineDir) return undefined;
    try {
      const module = await loadingAs(OWNER, () => load(file));
      return new AppHost(hooksOf(module), registry, board, config);
    } catch (error) {
      board.log.error(`${file} was not loaded, the app goes on without it: ${describeError(error)}`);
      return undefined;
    }
  }

  async beforeStart(): Promise<void> {
    await this.#run("onBeforeStart", START_LIMIT_MS);
  }

  async ready(): Promise<void> {
    await this.#run("onReady", START_LIMIT_MS);
  }

  async shutDown(): Promise<void> {
    await this.#run("onShutdown", SHUTDOWN_LIMIT_MS);
  }

  async #run(hook: "onBeforeStart" | "onReady" | "onShutdown", limitMs: number): Promise<void> {
    try {
      const outcome = await within(limitMs, speakingAs(OWNER, async () => this.hooks[hook]?.(this.#context)));
      if (outcome.kind === "late") {
        this.board.log.warning(`${hook} of bun/host.ts took over ${limitMs} ms; it is not waited for`);
      }
    } catch (error) {
      this.board.log.error(`${hook} of bun/host.ts failed: ${describeError(error)}`);
    }
  }
}

function hooksOf(module: Record<string, unknown>): HostHooks {
  const hooks = (module.default ?? module) as Record<string, unknown>;
  if (typeof hooks !== "object" || hooks === null) throw new TypeError("export default defineHost({ … }) is missing");
  for (const name of HOOKS) {
    if (hooks[name] !== undefined && typeof hooks[name] !== "function") {
      throw new TypeError(`${name} must be a function`);
    }
  }
  return hooks as HostHooks;
}

function hostContext(registry: ServiceRegistry, board: Switchboard, config: ResolvedConfig): HostContext {
  return {
    registerService: async (name, module) => {
      const service = registry.add(name, "bun/host.ts", serviceOf(module as Record<string, unknown>));
      await service.start();
      if (service.state.kind === "failed") throw service.state.error;
    },
    registerInvokeHandler: (channel, handler) => void board.invokeHandlers.add(channel, OWNER, handler),
    onWebMessage: (type, handler) => void board.webMessages.add(type, OWNER, handler),
    push: (channel, data, options) => board.pushFromApp(channel, data, options),
    get services() {
      return registry.modules();
    },
    config,
  };
}
