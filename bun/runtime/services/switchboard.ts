/** Everything that connects services, pages and the host; owned by the runtime, used by each service's context. */

import type { CallInfo, PushOptions, ServicePaths, WebSender } from "../../sdk/service.ts";
import type { NetworkPolicy } from "../network/policy.ts";
import { type Channels, pushJson } from "../pages/channels.ts";
import type { HostStreams } from "../streams/host-streams.ts";
import { StreamTable } from "../streams/stream-table.ts";
import { retentionOf } from "../pages/retained-values.ts";
import { ChannelLimits } from "../workers/channel-limits.ts";
import { Relays } from "../workers/relays.ts";
import { WorkerDirectory } from "../workers/worker-directory.ts";
import type { HostOutput } from "../wire/host-output.ts";
import { type Log, speakingAs } from "../wire/log.ts";
import { describeError } from "../wire/runtime-error.ts";
import type { ServiceStore } from "./store.ts";
import { HandlerTable, ListenerTable } from "./tables.ts";

export type InvokeHandler = (args: unknown, info: CallInfo) => unknown;
export type WebMessageHandler = (data: unknown, sender: WebSender) => unknown;
export type DataListener = (data: unknown) => unknown;

export class Switchboard {
  readonly invokeHandlers = new HandlerTable<InvokeHandler>();
  readonly webMessages = new ListenerTable<WebMessageHandler>();
  readonly hostPushes = new ListenerTable<DataListener>();
  readonly relays = new ListenerTable<DataListener>();
  readonly workers = new WorkerDirectory();
  readonly processes: Relays;
  /** Who takes the streams that the host and pages open. */
  readonly streams: StreamTable;
  /** The way to the host's own; `undefined` before the process is connected. */
  hostStreams: HostStreams | undefined;

  /** @param processName - `main`, or the worker's name. */
  constructor(
    readonly output: HostOutput,
    readonly log: Log,
    readonly channels: Channels,
    readonly store: ServiceStore,
    readonly paths: ServicePaths,
    readonly network: NetworkPolicy,
    readonly processName = "main",
    readonly limits = new ChannelLimits(undefined, log),
  ) {
    this.processes = new Relays(output, limits);
    this.streams = new StreamTable(log);
  }

  /** A push by a service or the app's host file: to pages and to the host, serialised once. */
  pushFromApp(channel: string, data: unknown, options: PushOptions | undefined): void {
    const json = pushJson(channel, data);
    if (!this.limits.admits("push", channel)) return;
    const { retain } = options ?? {};
    if (retain === true && data === undefined) this.channels.forget(channel);
    else this.channels.push(channel, json, retentionOf(retain));
    const kept = retain === undefined ? "" : `,"retain":${retain === true}`;
    this.output.offerText(`{"type":"service_push","channel":${JSON.stringify(channel)},"data":${json}${kept}}`);
  }

  actFromService(service: string, action: string): void {
    if (this.limits.admits("action", action)) this.output.send({ type: "action_from_service", action, service });
  }

  /** Calls every listener; one that throws is logged and doesn't keep the others from hearing. */
  emit<F extends (...values: never[]) => unknown>(
    table: ListenerTable<F>,
    channel: string,
    ...values: Parameters<F>
  ): number {
    const listeners = table.of(channel);
    for (const { owner, call } of listeners) this.callListener(owner, channel, () => call(...values));
    return listeners.length;
  }

  /** Calls one listener as the code of its owner. */
  callListener(owner: string, channel: string, call: () => unknown): void {
    void speakingAs(owner, async () => {
      try {
        await call();
      } catch (error) {
        this.log.error(`the listener of "${channel}" failed: ${describeError(error)}`);
      }
    });
  }
}
