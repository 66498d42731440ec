/** One start of a service: what it registered, so that its end removes all of it. */

import { KeystoneError } from "../../lib/index.ts";
import type {
  PushOptions,
  ServiceContext,
  ServiceIpc,
  ServiceStream,
  StreamHandler,
  WorkerLink,
} from "../../sdk/service.ts";
import { callWorker, serviceWorkers } from "../workers/service-workers.ts";
import type { Switchboard } from "./switchboard.ts";
import type { ListenerTable } from "./tables.ts";

export type ServiceCall = (service: string, args: unknown, caller: string, signal: AbortSignal) => Promise<unknown>;

export class ServiceScope {
  readonly #owner: string;
  readonly #removals: (() => void)[] = [];
  readonly #ended = new AbortController();
  readonly #streams = new Set<ServiceStream>();
  #toldOfLatePush = false;

  constructor(
    private readonly name: string,
    private readonly board: Switchboard,
    private readonly callService: ServiceCall,
  ) {
    this.#owner = `service:${name}`;
  }

  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Tells the service that this start of it is over; its handlers stay until `end`. */
  abort(): void {
    this.#ended.abort(new Error(`service "${this.name}" was stopped`));
  }

  /** Removes every handler and listener; what the old version still holds falls silent. */
  end(): void {
    this.abort();
    for (const remove of this.#removals.splice(0)) remove();
    const stopped = new KeystoneError("UNAVAILABLE", `service "${this.name}" was stopped`);
    for (const stream of this.#streams) stream.cancel(stopped);
  }

  context(): ServiceContext {
    const { board } = this;
    const push = (channel: string, data?: unknown, options?: PushOptions) => this.#push(channel, data, options);
    const call = async <T>(service: string, args?: unknown) => {
      this.signal.throwIfAborted();
      return await this.callService(service, args, this.#owner, this.signal) as T;
    };
    const action = (text: string) => board.actFromService(this.name, String(text));
    const context: Omit<ServiceContext, "ipc"> = {
      name: this.name,
      push,
      call,
      action,
      onWebMessage: (type, handler) => this.#listen(board.webMessages, type, handler),
      registerInvokeHandler: (channel, handler) =>
        void this.#keep(board.invokeHandlers.add(channel, this.#owner, handler)),
      onHostPush: (channel, handler) => this.#listen(board.hostPushes, channel, handler),
      relay: (target, channel, data) => board.processes.send(target, channel, data),
      workers: serviceWorkers(board, this.#owner, this.signal),
      openStream: (channel, data) => this.#openStream(channel, data),
      onStream: (channel, handler) => this.#onStream(channel, handler),
      store: board.store.handle(this.name),
      paths: board.paths,
      fetch: board.network.fetchFor(this.name),
      signal: this.signal,
    };
    return { ...context, ipc: this.#ipc(context) };
  }

  #ipc(context: Omit<ServiceContext, "ipc">): ServiceIpc {
    const { push, call, action, onHostPush, onWebMessage, registerInvokeHandler } = context;
    return {
      call,
      host: { action, on: onHostPush },
      web: {
        push: (channel, data) => push(channel, data, { retain: false }),
        pushValue: (channel, data) => push(channel, data, { retain: true }),
        handle: registerInvokeHandler,
        on: onWebMessage,
      },
      worker: (name): WorkerLink => ({
        call: (service, args, options) => callWorker(this.board, this.signal, name, service, args, options),
        push: (channel, data) => context.relay(name, channel, data),
        on: (channel, callback) => this.#listen(this.board.relays, `${name}\n${channel}`, callback),
      }),
    };
  }

  #push(channel: string, data: unknown, options: PushOptions | undefined): void {
    if (!this.signal.aborted) {
      this.board.pushFromApp(channel, data, options);
    } else if (!this.#toldOfLatePush) {
      this.#toldOfLatePush = true;
      this.board.log.warning(
        `service "${this.name}" pushed to "${channel}" after it was stopped, and the push was dropped. ` +
          "A timer or connection of its old version lives on: end it in stop().",
      );
    }
  }

  #openStream(channel: string, data: unknown): ServiceStream {
    const { hostStreams, limits } = this.board;
    if (!limits.admits("openStream", channel)) {
      throw new KeystoneError("FORBIDDEN", `this extension host may not open streams on "${channel}"`);
    }
    if (hostStreams === undefined) throw new KeystoneError("UNAVAILABLE", "this process has no streams to the host");
    const stream = hostStreams.open({ channel, data, service: this.name });
    this.#own(stream);
    return stream;
  }

  #onStream(channel: string, handler: StreamHandler): () => void {
    if (typeof handler !== "function") throw new TypeError(`the handler of the stream "${channel}" must be a function`);
    return this.#keep(this.board.streams.handlers.add(channel, this.#owner, (stream, info) => {
      this.#own(stream);
      return handler(stream, info);
    }));
  }

  /** Ends the stream with the service. */
  #own(stream: ServiceStream): void {
    if (this.signal.aborted) {
      return stream.cancel(new KeystoneError("UNAVAILABLE", `service "${this.name}" was stopped`));
    }
    this.#streams.add(stream);
    const forget = () => void this.#streams.delete(stream);
    stream.closed.then(forget, forget);
  }

  #listen<F>(table: ListenerTable<F>, channel: string, handler: F): () => void {
    return this.#keep(table.add(channel, this.#owner, handler));
  }

  #keep(remove: () => void): () => void {
    if (this.signal.aborted) remove();
    else this.#removals.push(remove);
    return remove;
  }
}
