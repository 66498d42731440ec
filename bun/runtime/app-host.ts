/** The app's own `bun/host.ts`: its hooks into the life of this process. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ResolvedConfig } from "../sdk/config.ts";
import type { HostContext, HostHooks } from "../sdk/host.ts";
import { within } from "./deadline.ts";
import type { Environment } from "./environment.ts";
import { didYouMean } from "./nearest.ts";
import { load } from "./services/module-cache.ts";
import type { ServiceRegistry } from "./services/registry.ts";
import { serviceOf } from "./services/service-module.ts";
import type { Switchboard } from "./services/switchboard.ts";
import { loadingAs, speakingAs } from "./wire/log.ts";
import { describeError } from "./wire/runtime-error.ts";

const FILES = ["host.ts", "host.js"];
const HOOKS = ["onBeforeStart", "onReady", "onShutdown", "onAction"] as const;
const OWNER = "host.ts";

/** Milliseconds that a hook may take. The host process waits 30 s for `ready`, and 5 s for the end. */
export interface HookLimits {
  /** The evaluation of the file. */
  readonly load: number;
  readonly onBeforeStart: number;
  readonly onReady: number;
  readonly onShutdown: number;
}

const LIMITS: HookLimits = { load: 10_000, onBeforeStart: 15_000, onReady: 10_000, onShutdown: 2000 };

/** The app can't start the way its `bun/host.ts` means it to. The message names file and hook, with the stack. */
export class AppHostError extends Error {
  override readonly name = "AppHostError";
}

/** The app's host file, if it has one. */
export function appHostFile({ root, engineDir }: Environment): string | undefined {
  // The framework's own directory holds a file of this name that is no app's.
  if (root === engineDir) return undefined;
  return FILES.map((name) => join(root, name)).find((path) => existsSync(path));
}

export class AppHost {
  readonly #context: HostContext;
  /** What `onBeforeStart` has not done needs no `onShutdown`. */
  #hasBegun = false;

  private constructor(
    private readonly hooks: HostHooks,
    registry: ServiceRegistry,
    private readonly board: Switchboard,
    config: ResolvedConfig,
    private readonly limits: HookLimits,
  ) {
    this.#context = hostContext(registry, board, config);
    if (hooks.onAction) {
      registry.addActionHandler(OWNER, (action, info) => hooks.onAction?.(action, this.#context, info));
    }
  }

  /** Loads the app's host file. @throws AppHostError when it doesn't load or exports no hooks. */
  static async load(
    file: string,
    registry: ServiceRegistry,
    board: Switchboard,
    config: ResolvedConfig,
    limits = LIMITS,
  ): Promise<AppHost> {
    try {
      const loading = await loadingAs(OWNER, () => within(limits.load, load(file)));
      if (loading.kind === "late") throw new Error(`a top-level await in it has not ended after ${limits.load} ms`);
      const hooks = hooksOf(loading.value, (warning) => board.log.warning(`bun/host.ts: ${warning}`));
      return new AppHost(hooks, registry, board, config, limits);
    } catch (error) {
      throw new AppHostError(`${file} can't be loaded: ${describeError(error)}`, { cause: error });
    }
  }

  /**
   * What it sets up, services and pages build on: an app whose `onBeforeStart` fails doesn't start.
   *
   * @throws AppHostError when it throws, or takes too long.
   */
  async beforeStart(): Promise<void> {
    const limit = this.limits.onBeforeStart;
    let isLate: boolean;
    try {
      isLate = await this.#isLate("onBeforeStart", limit);
    } catch (error) {
      throw new AppHostError(`onBeforeStart of bun/host.ts failed: ${describeError(error)}`, { cause: error });
    }
    if (isLate) {
      throw new AppHostError(
        `onBeforeStart of bun/host.ts has not ended after ${limit} ms. The app starts when it has; ` +
          "what takes longer belongs into onReady or into a service.",
      );
    }
    this.#hasBegun = true;
  }

  /** The app runs already: what goes wrong here is told, and it goes on. */
  async ready(): Promise<void> {
    await this.#run("onReady");
  }

  async shutDown(): Promise<void> {
    if (this.#hasBegun) await this.#run("onShutdown");
  }

  async #run(hook: "onReady" | "onShutdown"): Promise<void> {
    try {
      if (!await this.#isLate(hook, this.limits[hook])) return;
      this.board.log.warning(`${hook} of bun/host.ts took over ${this.limits[hook]} ms; it is not waited for`);
    } catch (error) {
      this.board.log.error(`${hook} of bun/host.ts failed: ${describeError(error)}`);
    }
  }

  async #isLate(hook: "onBeforeStart" | "onReady" | "onShutdown", limitMs: number): Promise<boolean> {
    const outcome = await within(limitMs, speakingAs(OWNER, async () => this.hooks[hook]?.(this.#context)));
    return outcome.kind === "late";
  }
}

function hooksOf(module: Record<string, unknown>, warn: (warning: string) => void): HostHooks {
  const hooks = (module.default ?? module) as Record<string, unknown>;
  if (typeof hooks !== "object" || hooks === null) throw new TypeError("export default defineHost({ … }) is missing");
  for (const name of HOOKS) {
    if (hooks[name] !== undefined && typeof hooks[name] !== "function") {
      throw new TypeError(`${name} must be a function`);
    }
  }
  for (const name of Object.keys(hooks)) {
    if (/^on[A-Z]/.test(name) && !HOOKS.some((hook) => hook === name)) {
      warn(`there is no hook "${name}".${didYouMean(name, HOOKS)}`);
    }
  }
  return hooks as HostHooks;
}

function hostContext(registry: ServiceRegistry, board: Switchboard, config: ResolvedConfig): HostContext {
  const origin = "bun/host.ts";
  return {
    registerService: async (name, module) => {
      if (typeof name !== "string" || name.trim() === "") {
        throw new TypeError("registerService needs a name that is not empty");
      }
      const service = registry.add(name, origin, serviceOf(module as Record<string, unknown>));
      await service.start();
      if (service.state.kind !== "failed") return;
      const { error } = service.state;
      await registry.remove(service);
      registry.noteFailure(name, { origin, error });
      throw error;
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
