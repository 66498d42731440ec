/** What the host process tells a worker through environment variables (`Protocol/README.md`). */

import { join, resolve } from "node:path";
import { type ProcessEnvironment, readProcessEnvironment, takeToken, type Variables } from "../environment.ts";

export interface WorkerEnvironment extends ProcessEnvironment {
  readonly workerName: string;
  /** Absolute path. */
  readonly servicesDir: string;
  /** What those who connect have to show; `undefined` for a worker without a WebSocket. */
  readonly token: string | undefined;
  /** Prefixes of the channels that an extension host may use; `undefined` for a worker that is none. */
  readonly allowedChannels: readonly string[] | undefined;
  /** Where the proxy out of the worker's sandbox listens; `undefined` without a sandbox, or without anything granted. */
  readonly egressSocket: string | undefined;
}

/**
 * Reads and checks the variables, and takes the tokens out of `variables`, so that neither app code nor a process that
 * it starts finds them there.
 *
 * @throws Error that names the variable.
 */
export function takeWorkerEnvironment(variables: Variables, cwd: string): WorkerEnvironment {
  // Not for workers. One that is started by hand may have inherited it.
  delete variables.KEYSTONE_SESSION_TOKEN;
  const serves = readFlag(variables, "KEYSTONE_BROWSER_ACCESS");
  const token = serves ? takeToken(variables, "KEYSTONE_WORKER_TOKEN") : undefined;
  delete variables.KEYSTONE_WORKER_TOKEN;
  const environment = readProcessEnvironment(variables, cwd);
  const workerName = readName(variables.KEYSTONE_WORKER_NAME);
  return {
    ...environment,
    workerName,
    servicesDir: resolve(environment.root, required(variables, "KEYSTONE_SERVICES_DIR")),
    dataDir: hasOwnStore(variables) ? join(environment.dataDir, "workers", workerName) : environment.dataDir,
    token,
    allowedChannels: readFlag(variables, "KEYSTONE_EXTENSION_HOST")
      ? (variables.KEYSTONE_ALLOWED_CHANNELS ?? "").split(",").map((prefix) => prefix.trim()).filter(Boolean)
      : undefined,
    egressSocket: variables.KEYSTONE_EGRESS_SOCKET || undefined,
  };
}

function required(variables: Variables, name: string): string {
  const value = variables[name];
  if (value) return value;
  throw new Error(`${name} is not set. The host process starts workers; name them in "workers" of keystone.json.`);
}

/** A name is the directory of the worker's own store, and a part of log lines. */
function readName(text: string | undefined): string {
  const name = required({ KEYSTONE_WORKER_NAME: text }, "KEYSTONE_WORKER_NAME");
  // deno-lint-ignore no-control-regex -- these are what a name must not have
  if (name.length <= 128 && !/[/\\\u0000-\u001f]/.test(name) && !name.startsWith(".") && name !== "main") return name;
  throw new Error(
    `the worker's name ${
      JSON.stringify(name)
    } can't be used: at most 128 characters, no "/" or "\\", no leading dot, ` +
      'and not "main", which is the main process. Change it in "workers" of keystone.json.',
  );
}

function readFlag(variables: Variables, name: string): boolean {
  const text = variables[name];
  if (!text || text === "false") return false;
  if (text === "true") return true;
  throw new Error(`${name} is "${text}"; it must be "true" or "false".`);
}

function hasOwnStore(variables: Variables): boolean {
  const text = variables.KEYSTONE_STORE;
  if (!text || text === "shared") return false;
  if (text === "own") return true;
  throw new Error(`KEYSTONE_STORE is "${text}"; it must be "shared" or "own".`);
}
