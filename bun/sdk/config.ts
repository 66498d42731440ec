/**
 * `keystone.config.ts`: how the Bun process serves an app.
 *
 * @example
 * import { defineConfig } from "@keystone/sdk/config";
 *
 * export default defineConfig({
 *   web: { components: { settings: "src/settings/index.tsx" } },
 *   watch: { debounceMs: 100 },
 * });
 *
 * @module
 */

/** A plugin of Bun's bundler. */
export interface BundlerPlugin {
  /** Complaints carry it. */
  name: string;
  /** Called for each build of a component. */
  setup(build: BundlerPluginBuilder): void | Promise<void>;
}

/** What a plugin may do, as far as most need it; the object is Bun's own, with all that Bun's documentation says. */
export interface BundlerPluginBuilder {
  onLoad(
    filter: { filter: RegExp; namespace?: string },
    load: (args: { path: string; namespace: string; loader: string }) => unknown,
  ): unknown;
  onResolve(
    filter: { filter: RegExp; namespace?: string },
    resolve: (args: { path: string; importer: string; namespace: string; resolveDir: string; kind: string }) => unknown,
  ): unknown;
}

/** A plugin, or the module that exports it. */
export type WebPlugin = BundlerPlugin | string;

/** Everything is optional; the defaults are those of {@link ResolvedConfig}. */
export interface KeystoneConfig {
  services?: {
    /** The directory of the services, relative to the `bun/` directory. Default `"services"`. */
    dir?: string;
    /** Reload a service when one of its files is saved. Default `true`. */
    hotReload?: boolean;
  };
  web?: {
    /** The directory whose script files are components. Default `"web"`. */
    dir?: string;
    /** Bundle components; `false` serves only scripts that exist already. Default `true`. */
    autoBundle?: boolean;
    /** Swap components when one of their files is saved. Default `true`. */
    hotReload?: boolean;
    /** Components are bundled already. The packager sets it. Default `false`. */
    preBuilt?: boolean;
    /** Components by name, where their entry file lies elsewhere. They win over files in `dir`. */
    components?: Record<string, string>;
    /**
     * Plugins of Bun's bundler, each as it is or by the module that exports it: a package, or a file relative to the
     * `bun/` directory. A module exports the plugin by default, or a function without parameters that makes it.
     */
    plugins?: WebPlugin[];
  };
  http?: {
    /** Serve pages and the socket. Default `true`. */
    enabled?: boolean;
    /** The loopback interface: `"127.0.0.1"` (the default) or `"localhost"`; the server never listens elsewhere. */
    hostname?: string;
  };
  watch?: {
    /** Endings of files whose change reloads services and announces components. Default `.ts .tsx .js .jsx`. */
    extensions?: string[];
    /** How long to wait for more changes, in milliseconds, 0 to 10000. Default 150. */
    debounceMs?: number;
  };
  health?: {
    /** Ask services for their health and restart those that are not well. Default `true`. */
    enabled?: boolean;
    /** How often, in milliseconds, at least 10. Default 30000. */
    intervalMs?: number;
  };
  security?: {
    /** Which actions pages may send. `"auto"` (the default): `"open"` in development, `"allowlist"` when packaged. */
    mode?: "auto" | "open" | "allowlist";
    /** Actions that pass the allow-list; a `*` at the end stands for any ending. Default none. */
    allowedActions?: string[];
    /** May the host evaluate code here? `"auto"` (the default): in development only. */
    allowEval?: "auto" | boolean;
    /** Default: what the app's `keystone.json` says. */
    networkMode?: "open" | "allowlist";
    /** Default: what the app's `keystone.json` says. */
    networkEndpoints?: string[];
  };
}

type Complete<T> = { [K in keyof T]-?: NonNullable<T[K]> };

/** A configuration with every default filled in. */
export type ResolvedConfig = { [Section in keyof KeystoneConfig]-?: Complete<NonNullable<KeystoneConfig[Section]>> };

/** Another name of {@link ResolvedConfig}. */
export type KeystoneRuntimeConfig = ResolvedConfig;

/** Gives an editor the types of `keystone.config.ts`; returns its argument. */
export function defineConfig(config: KeystoneConfig): KeystoneConfig {
  return config;
}
