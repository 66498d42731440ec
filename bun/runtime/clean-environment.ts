/**
 * Keeps the session's token from processes and threads that app code starts. Deleting it in `process.env` is not enough:
 * `Bun.spawn`, `Bun.spawnSync` and `Worker` pass on the environment that this process was started with unless told
 * otherwise (tried with Bun 1.4; `node:child_process` and `Bun.$` do use `process.env`).
 */

type Options = { env?: Record<string, string | undefined> };
type Spawn = (...values: unknown[]) => unknown;

export function passOnCleanEnvironment(): void {
  const bun = Bun as unknown as { spawn: Spawn; spawnSync: Spawn };
  for (const name of ["spawn", "spawnSync"] as const) {
    const original = bun[name];
    bun[name] = (...values) => original.apply(Bun, withEnvironment(values));
  }
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(url: string | URL, options?: WorkerOptions & Options) {
      super(url, { env: { ...process.env }, ...options } as WorkerOptions);
    }
  };
}

/** `spawn(command, options)` or `spawn({ cmd, …options })`. */
function withEnvironment(values: unknown[]): unknown[] {
  const place = Array.isArray(values[0]) ? 1 : 0;
  const options = (values[place] ?? {}) as Options;
  const copy = [...values];
  copy[place] = { ...options, env: options.env ?? process.env };
  return copy;
}
