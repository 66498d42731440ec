/** Which workers serve a WebSocket just now, as the host tells it. */

import { Emitter } from "../../lib/index.ts";
import type { HostToBun } from "../../sdk/protocol.ts";

/** Where a worker listens, and the token that it asks for. */
export interface WorkerAddress {
  readonly port: number;
  readonly token: string;
}

export class WorkerDirectory {
  readonly onChange = new Emitter<void>();
  #running: ReadonlyMap<string, WorkerAddress> = new Map();
  #declared: ReadonlySet<string> = new Set();
  readonly #known = new Set<string>();
  /** The host tells at the start, but services may start before its message is read. */
  #isTold = false;

  update(message: Extract<HostToBun, { type: "worker_ports" }>): void {
    const running = new Map<string, WorkerAddress>();
    for (const [name, port] of Object.entries(message.data ?? {})) {
      const token = message.tokens?.[name];
      if (isPort(port)) running.set(name, { port, token: typeof token === "string" ? token : "" });
    }
    for (const name of running.keys()) this.#known.add(name);
    this.#isTold = true;
    this.#running = running;
    this.#declared = new Set(Array.isArray(message.declared) ? message.declared : []);
    this.onChange.emit();
  }

  find(name: string): WorkerAddress | undefined {
    return this.#running.get(name);
  }

  /** Whether a worker of that name with a WebSocket has yet to start, as far as this process knows. */
  isExpected(name: string): boolean {
    return !this.#isTold || (this.#declared.has(name) && !this.#known.has(name));
  }

  /** Whether a connection to it can be made, now or once it runs. */
  has(name: string): boolean {
    return !this.#isTold || this.#running.has(name) || this.#declared.has(name);
  }

  names(): string[] {
    return [...new Set([...this.#running.keys(), ...this.#declared])];
  }

  ports(): Record<string, number> {
    return Object.fromEntries([...this.#running].map(([name, { port }]) => [name, port]));
  }
}

function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) > 0 && (port as number) <= 65_535;
}
