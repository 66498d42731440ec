/** What the host process tells the runtime through environment variables (`Protocol/README.md`). */

import { realpathSync } from "node:fs";
import { resolve } from "node:path";
import type { LogLevel } from "../sdk/protocol.ts";

/** What main Bun and workers are both told. */
export interface ProcessEnvironment {
  /** Absolute path of the app's `bun/` directory. */
  readonly root: string;
  readonly appId: string;
  readonly appName: string;
  readonly development: boolean;
  /** Where `services.db` lies. */
  readonly dataDir: string;
  /** The framework's `bun/` directory. */
  readonly engineDir: string;
  readonly paths: Readonly<Record<string, string>> | undefined;
  readonly logLevel: LogLevel;
  readonly networkMode: "open" | "allowlist";
  readonly networkEndpoints: readonly string[];
  /** The Unix socket for streams to the host. */
  readonly streamSocket?: string;
}

/** What main Bun is told. */
export interface Environment extends ProcessEnvironment {
  /** 64 hexadecimal digits. */
  readonly token: string;
  /** The port to try first; 0 for any. */
  readonly preferredPort: number;
}

export type Variables = Record<string, string | undefined>;

const TOKEN = /^[0-9a-f]{64}$/i;
const LOG_LEVELS: readonly LogLevel[] = ["debug", "info", "warning", "error"];

/**
 * Reads and checks the variables, and takes the session's token out of `variables`, so that neither app code nor a
 * process that it starts finds it there.
 *
 * @throws Error that names the variable.
 */
export function takeEnvironment(variables: Variables, cwd: string): Environment {
  const token = takeToken(variables, "KEYSTONE_SESSION_TOKEN");
  return { ...readProcessEnvironment(variables, cwd), token, preferredPort: readPort(variables.KEYSTONE_PORT) };
}

/** Takes a token out of `variables`. @throws Error that names the variable. */
export function takeToken(variables: Variables, name: string): string {
  const token = variables[name] ?? "";
  delete variables[name];
  if (TOKEN.test(token)) return token;
  throw new Error(
    `${name} must be 64 hexadecimal digits. The host process sets it; start the app with \`keystone run\`.`,
  );
}

/** @throws Error that names the variable. */
export function readProcessEnvironment(variables: Variables, cwd: string): ProcessEnvironment {
  const root = withoutLinks(resolve(cwd, variables.KEYSTONE_APP_ROOT || "."));
  return {
    root,
    appId: variables.KEYSTONE_APP_ID ?? "",
    appName: variables.KEYSTONE_APP_NAME ?? "",
    development: readMode(variables.KEYSTONE_MODE),
    dataDir: resolve(root, variables.KEYSTONE_DATA_DIR || "data"),
    engineDir: resolve(import.meta.dirname ?? ".", ".."),
    paths: readPaths(variables.KEYSTONE_PATHS),
    logLevel: readLogLevel(variables.KEYSTONE_LOG_LEVEL),
    networkMode: variables.KEYSTONE_NETWORK_MODE === "allowlist" ? "allowlist" : "open",
    streamSocket: variables.KEYSTONE_STREAM_SOCKET || undefined,
    networkEndpoints: (variables.KEYSTONE_NETWORK_ENDPOINTS ?? "").split(",").map((e) => e.trim()).filter(Boolean),
  };
}

/** As Bun names the modules below it: a watcher's path and a module's must be the same text. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there: what looks for the app's files finds none.
    return path;
  }
}

function readPort(text: string | undefined): number {
  if (!text) return 0;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`KEYSTONE_PORT is "${text}"; it must be a port from 0 (any) to 65535.`);
  }
  return port;
}

function readMode(text: string | undefined): boolean {
  if (!text || text === "development") return true;
  if (text === "packaged") return false;
  throw new Error(`KEYSTONE_MODE is "${text}"; it must be "development" or "packaged".`);
}

function readLogLevel(text: string | undefined): LogLevel {
  const level = LOG_LEVELS.find((known) => known === text);
  return level ?? "info";
}

function readPaths(text: string | undefined): Record<string, string> | undefined {
  if (!text) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Error(`KEYSTONE_PATHS is not JSON: ${String(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("KEYSTONE_PATHS must be a JSON object that maps a name to a path.");
  }
  const paths: Record<string, string> = {};
  for (const [name, path] of Object.entries(value)) if (typeof path === "string") paths[name] = path;
  return paths;
}
