/** Services that the packager compiled into the executable: a table instead of a directory. */

type Exports = Record<string, unknown>;

/** By service name; in a worker's executable, which all workers share, by worker name and then by service name. */
interface CompiledServices {
  __KEYSTONE_COMPILED_SERVICES__?: Record<string, Exports>;
}

/**
 * The exports of each compiled service by name; `undefined` where services lie in files.
 *
 * @param worker - the worker whose services are asked for.
 */
export function compiledServices(worker?: string): Record<string, Exports> | undefined {
  const table = (globalThis as CompiledServices).__KEYSTONE_COMPILED_SERVICES__;
  if (table === undefined || worker === undefined) return table;
  return Object.hasOwn(table, worker) ? table[worker] as Record<string, Exports> : {};
}
