/** Every key of `keystone.config.ts` with its default and the values that it allows. */

import type { ResolvedConfig } from "../../sdk/config.ts";
import { isPlugin } from "../bundling/app-plugins.ts";
import { parseEndpoint } from "../network/endpoint.ts";
import type { ProcessEnvironment } from "../environment.ts";

/** A key's type: what it allows, in words for the error, and how to tell. */
export interface KeyType {
  readonly allowed: string;
  readonly accepts: (value: unknown) => boolean;
}

const isString = (value: unknown): value is string => typeof value === "string";
const isFilledString = (value: unknown): boolean => isString(value) && value.trim() !== "" && !value.includes("\0");
const isListOf = (check: (item: unknown) => boolean) => (value: unknown): boolean =>
  Array.isArray(value) && value.every(check);

const flag: KeyType = { allowed: "true or false", accepts: (value) => typeof value === "boolean" };
const directory: KeyType = { allowed: "a directory relative to the bun root", accepts: isFilledString };

function oneOf(...values: readonly (string | boolean)[]): KeyType {
  const words = values.map((value) => (isString(value) ? `"${value}"` : String(value)));
  return { allowed: words.join(", "), accepts: (value) => values.includes(value as string | boolean) };
}

function integer(least: number, most: number): KeyType {
  return {
    allowed: `a whole number from ${least} to ${most}`,
    accepts: (value) => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  };
}

const components: KeyType = {
  allowed: 'an object of component name → file, such as { "settings": "src/settings.ts" }',
  accepts: (value) =>
    typeof value === "object" && value !== null && !Array.isArray(value) &&
    Object.entries(value).every(([name, file]) => isComponentName(name) && isFilledString(file)),
};

function isEndpoint(value: unknown): boolean {
  try {
    parseEndpoint(value);
    return true;
  } catch {
    // What is wrong with it is of no use here: the message shows all that is allowed.
    return false;
  }
}

const plugins: KeyType = {
  allowed:
    'a list of Bun plugins ({ name, setup }) or of modules that export one, such as ["bun-plugin-yaml", "./plugins/vue.ts"]',
  accepts: isListOf((item) => isFilledString(item) || isPlugin(item)),
};

/** May `name` be a component's? It becomes a part of an address. */
export function isComponentName(name: string): boolean {
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.@-]{0,127}$/u.test(name);
}

export const SCHEMA: { [S in keyof ResolvedConfig]: { [K in keyof ResolvedConfig[S]]: KeyType } } = {
  services: { dir: directory, hotReload: flag },
  web: { dir: directory, autoBundle: flag, hotReload: flag, preBuilt: flag, components, plugins },
  http: { enabled: flag, hostname: oneOf("127.0.0.1", "localhost") },
  watch: {
    extensions: {
      allowed: 'a list of file endings, such as [".ts", ".svelte"]',
      accepts: isListOf((item) => isString(item) && /^\.[A-Za-z0-9.]+$/.test(item)),
    },
    debounceMs: integer(0, 10_000),
  },
  health: { enabled: flag, intervalMs: integer(10, 86_400_000) },
  security: {
    mode: oneOf("auto", "open", "allowlist"),
    allowedActions: {
      allowed: 'a list of actions, such as ["app:quit", "myapp:*"]',
      accepts: isListOf(isFilledString),
    },
    allowEval: oneOf("auto", true, false),
    networkMode: oneOf("open", "allowlist"),
    networkEndpoints: {
      allowed: 'a list of hosts, such as ["api.example.com", "db.local:5432", "*.example.org"]',
      accepts: isListOf(isEndpoint),
    },
  },
};

export function defaultConfig(environment: ProcessEnvironment): ResolvedConfig {
  return {
    services: { dir: "services", hotReload: true },
    web: { dir: "web", autoBundle: true, hotReload: true, preBuilt: false, components: {}, plugins: [] },
    http: { enabled: true, hostname: "127.0.0.1" },
    watch: { extensions: [".ts", ".tsx", ".js", ".jsx"], debounceMs: 150 },
    health: { enabled: true, intervalMs: 30_000 },
    security: {
      mode: "auto",
      allowedActions: [],
      allowEval: "auto",
      networkMode: environment.networkMode,
      networkEndpoints: [...environment.networkEndpoints],
    },
  };
}
