/** The bundler plugins that an app names in `web.plugins`. */

import type { BundlerPlugin, WebPlugin } from "../../sdk/config.ts";
import { describeError } from "../wire/runtime-error.ts";

/** Loads the plugins on the first build; one that can't be loaded is tried again on the next. */
export class AppPlugins {
  readonly #loaded = new Map<string, BundlerPlugin>();

  /** @param root - the app's `bun/` directory, from which modules are found. */
  constructor(private readonly plugins: readonly WebPlugin[], private readonly root: string) {}

  /** @throws Error that names the plugin. */
  all(): Promise<BunPlugin[]> {
    return Promise.all(this.plugins.map(async (plugin) => guarded(await this.#plugin(plugin))));
  }

  async #plugin(plugin: WebPlugin): Promise<BundlerPlugin> {
    if (typeof plugin !== "string") return plugin;
    const known = this.#loaded.get(plugin);
    if (known) return known;
    const loaded = await load(plugin, this.root);
    this.#loaded.set(plugin, loaded);
    return loaded;
  }
}

export function isPlugin(value: unknown): value is BundlerPlugin {
  const { name, setup } = (value ?? {}) as Partial<BundlerPlugin>;
  return typeof name === "string" && name !== "" && typeof setup === "function";
}

async function load(specifier: string, root: string): Promise<BundlerPlugin> {
  let exported: unknown;
  try {
    const module = await import(Bun.resolveSync(specifier, root)) as { default?: unknown };
    exported = module.default;
    // Many packages export a function that takes options and makes the plugin.
    if (typeof exported === "function") exported = await (exported as () => unknown)();
  } catch (error) {
    throw new Error(`web.plugins: "${specifier}" can't be loaded: ${describeError(error)}`, { cause: error });
  }
  if (isPlugin(exported)) return exported;
  throw new Error(
    `web.plugins: "${specifier}" exports no Bun plugin by default; it must be { name, setup(build) { … } } or a function that returns one`,
  );
}

/** The same plugin, whose errors say whose they are: the bundler passes on the message alone. */
function guarded(plugin: BundlerPlugin): BunPlugin {
  const { name } = plugin;
  return { name, setup: (build) => blamed(name, "setup", () => plugin.setup(guardedBuilder(name, build))) };
}

const HOOKS: ReadonlySet<unknown> = new Set(["onLoad", "onResolve", "onStart", "onEnd"]);

type Hook = (...values: unknown[]) => unknown;

function guardedBuilder(name: string, build: BunPluginBuilder): BunPluginBuilder {
  return new Proxy(build, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      if (typeof member !== "function") return member;
      const method = (member as Hook).bind(target);
      if (!HOOKS.has(key)) return method;
      // The callback comes last, after the filter where there is one.
      return (...values: unknown[]) => method(...values.slice(0, -1), guardedHook(name, String(key), values.at(-1)));
    },
  });
}

function guardedHook(name: string, key: string, callback: unknown): unknown {
  if (typeof callback !== "function") return callback;
  return (...values: unknown[]) => {
    const { path } = (values[0] ?? {}) as { path?: unknown };
    return blamed(name, typeof path === "string" ? `${key} of ${path}` : key, () => (callback as Hook)(...values));
  };
}

function blamed<T>(name: string, what: string, body: () => T): T {
  const blame = (error: unknown): never => {
    throw new Error(`plugin "${name}" failed in ${what}: ${messageOf(error)}`, { cause: error });
  };
  try {
    const result = body();
    return result instanceof Promise ? result.catch(blame) as T : result;
  } catch (error) {
    return blame(error);
  }
}

/** What was thrown, and where: a plugin's author needs the line. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const place = /\(?((?:\/|file:)[^\s()]+:\d+:\d+)\)?/.exec(error.stack ?? "")?.[1];
  return place === undefined ? error.message : `${error.message} (${place})`;
}
