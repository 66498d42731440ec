/** Checks what a configuration file exports and fills in the defaults. */

import type { ResolvedConfig } from "../../sdk/config.ts";
import type { ProcessEnvironment } from "../environment.ts";
import { didYouMean } from "../nearest.ts";
import { defaultConfig, type KeyType, SCHEMA } from "./schema.ts";

export interface ConfigReport {
  readonly config: ResolvedConfig;
  /** The file can't be used; one message for each fault. */
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

type Section = Record<string, unknown>;

/** Checks all of `exported`, so that every fault is told at once. */
export function resolveConfig(exported: unknown, environment: ProcessEnvironment): ConfigReport {
  const config = defaultConfig(environment);
  const errors: string[] = [];
  const warnings: string[] = [];
  if (!isSection(exported)) {
    errors.push(
      `exports ${describe(exported)} by default; it must export an object: \`export default defineConfig({ … })\``,
    );
    return { config, errors, warnings };
  }
  for (const [name, given] of Object.entries(exported)) {
    if (given === undefined) continue;
    if (!Object.hasOwn(SCHEMA, name)) {
      warnings.push(`unknown key "${name}".${didYouMean(name, Object.keys(SCHEMA))}`);
      continue;
    }
    if (!isSection(given)) {
      errors.push(`${name}: found ${describe(given)}; allowed is an object`);
      continue;
    }
    const key = name as keyof ResolvedConfig;
    resolveSection(key, given, config[key] as Section, errors, warnings);
  }
  return { config, errors, warnings };
}

function resolveSection(name: string, given: Section, target: Section, errors: string[], warnings: string[]): void {
  const types = SCHEMA[name as keyof ResolvedConfig] as unknown as Record<string, KeyType>;
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) continue;
    const type = Object.hasOwn(types, key) ? types[key] : undefined;
    if (!type) {
      warnings.push(`unknown key "${name}.${key}".${didYouMean(key, Object.keys(types))}`);
    } else if (!type.accepts(value)) {
      errors.push(`${name}.${key}: found ${describe(value)}; allowed: ${type.allowed}`);
    } else {
      target[key] = value;
    }
  }
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "function") return "a function";
  const text = Bun.inspect(value, { depth: 1, compact: true }).replace(/\s+/g, " ");
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
