/** Messages to the app's other processes, and questions to them, by way of the host. */

import { type CallOptions, CallTable, exceedsBytes, fromWireError, KeystoneError } from "../../lib/index.ts";
import type { HostToBun, MessageId } from "../../sdk/protocol.ts";
import { checkChannel, MAX_CHANNEL_LENGTH, pushJson } from "../pages/channels.ts";
import type { HostOutput } from "../wire/host-output.ts";
import { RuntimeError } from "../wire/runtime-error.ts";
import type { ChannelLimits } from "./channel-limits.ts";

/** Longest line to the host, in bytes (`Protocol/README.md`). */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const MAX_OPEN_QUESTIONS = 100_000;
/** As for every `query`. */
const DEFAULT_TIMEOUT_MS = 10_000;

type Answer = Extract<HostToBun, { type: "relay_result" | "relay_error" }>;

export class Relays {
  readonly #questions = new CallTable((id) => this.output.send({ type: "relay_cancel", id }));
  /** Other processes' questions that this one works on. */
  readonly #asked = new Map<MessageId, AbortController>();

  constructor(private readonly output: HostOutput, private readonly limits: ChannelLimits) {}

  /** @throws RuntimeError `BAD_REQUEST`, `TOO_LARGE` */
  send(target: string, channel: string, data: unknown): void {
    checkTarget(target);
    const json = pushJson(channel, data);
    if (!this.limits.admits("relay", channel)) return;
    const line = `{"type":"relay","target":${JSON.stringify(target)},"channel":${
      JSON.stringify(channel)
    },"data":${json}}`;
    checkLength(`relay("${channel}")`, line);
    this.output.offerText(line);
  }

  /** Asks a service of `target`. Rejects with what the service throws, or `UNAVAILABLE` where the target doesn't run. */
  async ask<T>(target: string, service: string, args: unknown, options: CallOptions): Promise<T> {
    checkTarget(target);
    checkChannel(service);
    if (this.limits.isExtensionHost) {
      throw new KeystoneError("FORBIDDEN", "an extension host may not ask services of other processes");
    }
    if (this.#questions.size >= MAX_OPEN_QUESTIONS) {
      throw new KeystoneError("UNAVAILABLE", `${MAX_OPEN_QUESTIONS} questions to workers are open; no more are asked`);
    }
    if (this.output.isBehind) {
      throw new KeystoneError("UNAVAILABLE", "the host doesn't read; no more questions are asked");
    }
    const timeoutMs = options.timeout ?? DEFAULT_TIMEOUT_MS;
    if (!(timeoutMs >= 0)) throw new KeystoneError("BAD_REQUEST", `a time-out of ${timeoutMs} ms can't be kept`);
    return await this.#questions.open<T>(`${target}.call`, service, timeoutMs, options.signal, (id) => {
      const question = { type: "relay_query", id, target, service, args, timeoutMs: Math.ceil(timeoutMs) };
      const line = JSON.stringify(question);
      checkLength(`call("${service}")`, line);
      this.output.sendText(line);
    });
  }

  /** The answer to a question of this process; one that nobody waits for any more is dropped. */
  answered(answer: Answer): void {
    const id = answer.id as number;
    if (answer.type === "relay_result") this.#questions.resolve(id, answer.result);
    else this.#questions.reject(id, fromWireError(answer.error));
  }

  /** Begins to work on another process's question. @throws RuntimeError `BAD_REQUEST` */
  begin(id: MessageId): AbortSignal {
    if (this.#asked.has(id)) throw new RuntimeError("BAD_REQUEST", `question ${JSON.stringify(id)} is open already`);
    const controller = new AbortController();
    this.#asked.set(id, controller);
    return controller.signal;
  }

  /** @returns whether the asker still waits for the answer. */
  finish(id: MessageId): boolean {
    return this.#asked.delete(id);
  }

  /** The asker no longer waits. */
  cancel(id: MessageId): void {
    this.#asked.get(id)?.abort(new DOMException("the asker cancelled", "AbortError"));
    this.#asked.delete(id);
  }
}

function checkLength(what: string, line: string): void {
  if (!exceedsBytes(line, MAX_LINE_BYTES)) return;
  throw new KeystoneError("TOO_LARGE", `${what}: the message is over ${MAX_LINE_BYTES >> 20} MiB; send it in parts`);
}

function checkTarget(target: unknown): asserts target is string {
  if (typeof target === "string" && target !== "" && target.length <= MAX_CHANNEL_LENGTH) return;
  throw new RuntimeError("BAD_REQUEST", 'name a worker, or "main"');
}
