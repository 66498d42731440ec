/** Finds and loads the app's configuration of the Bun side. */

import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { ResolvedConfig } from "../../sdk/config.ts";
import type { ProcessEnvironment } from "../environment.ts";
import { within } from "../deadline.ts";
import { describeError } from "../wire/runtime-error.ts";
import { resolveConfig } from "./resolve-config.ts";

const SOURCES = ["keystone.config.ts", "keystone.config.js"];
const RESOLVED = "keystone.resolved.json";
/** The host process waits 30 s for `ready`, and knows less about what it waits for. */
const LOAD_LIMIT_MS = 10_000;

/** A configuration that can't be used. The message names the file and every fault in it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** The file that holds the app's configuration, if it has one. */
export function configFile(environment: ProcessEnvironment): string | undefined {
  const names = environment.development ? [...SOURCES, RESOLVED] : [RESOLVED, ...SOURCES];
  return names.map((name) => join(environment.root, name)).find((file) => existsSync(file));
}

/**
 * The app's configuration, with defaults where it has none.
 *
 * A packaged app brings `keystone.resolved.json`, which needs no evaluation and is preferred there.
 *
 * @throws ConfigError when the file doesn't load or is not valid.
 */
export async function loadConfig(
  environment: ProcessEnvironment,
  warn: (message: string) => void,
  limitMs = LOAD_LIMIT_MS,
): Promise<ResolvedConfig> {
  const file = configFile(environment);
  if (file === undefined) return resolveConfig({}, environment).config;
  const name = basename(file);
  const { config, errors, warnings } = resolveConfig(await evaluate(file, limitMs), environment);
  for (const warning of warnings) warn(`${name}: ${warning}`);
  if (errors.length > 0) throw new ConfigError(errors.map((fault) => `${name}: ${fault}`).join("\n"));
  return config;
}

async function evaluate(file: string, limitMs: number): Promise<unknown> {
  try {
    if (file.endsWith(".json")) return JSON.parse(readFileSync(file, "utf8"));
    const exported = (import(file) as Promise<{ default?: unknown }>).then((module) => module.default);
    const outcome = await within(limitMs, exported);
    if (outcome.kind === "late") {
      throw new Error(`a promise that it awaits or exports has not ended after ${limitMs} ms`);
    }
    return outcome.value;
  } catch (error) {
    throw new ConfigError(`${file} can't be loaded: ${describeError(error)}`);
  }
}
