/** Who handles the streams that others open here: the host, and pages. */

import type { ByteStream, StreamOpening } from "../../lib/streams/index.ts";
import type { StreamHandler, StreamInfo } from "../../sdk/service.ts";
import { KeystoneError } from "../../lib/index.ts";
import { HandlerTable } from "../services/tables.ts";
import { type Log, speakingAs } from "../wire/log.ts";
import { describeError, RuntimeError } from "../wire/runtime-error.ts";

/** Where a stream comes from. */
export interface StreamOrigin {
  readonly source: string;
  readonly windowId?: string;
}

export const HOST_ORIGIN: StreamOrigin = { source: "host" };

type Handler = (stream: ByteStream) => unknown;

export class StreamTable {
  readonly handlers = new HandlerTable<StreamHandler>();
  /** Resolves when services that come and go just now are there. */
  settle: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly log: Log) {}

  /** What runs with the stream. @throws KeystoneError `NO_HANDLER` that names the nearest channel. */
  handlerOf(opening: StreamOpening, origin: StreamOrigin): Handler | Promise<Handler> {
    if (this.handlers.find(opening.channel)) return this.#handlerOf(opening, origin);
    return this.settle().then(() => this.#handlerOf(opening, origin));
  }

  #handlerOf(opening: StreamOpening, origin: StreamOrigin): Handler {
    const { owner, call } = this.#require(opening.channel);
    const info: StreamInfo = { source: origin.source, windowId: origin.windowId };
    return (stream) =>
      speakingAs(owner, () => {
        try {
          const work = call(stream, info);
          return work instanceof Promise ? work.catch((error) => this.#failed(opening.channel, error)) : work;
        } catch (error) {
          return this.#failed(opening.channel, error);
        }
      });
  }

  #failed(channel: string, error: unknown): never {
    // A stream that ends while its handler still uses it has told its own end.
    const code = (error as { code?: unknown } | null)?.code;
    if (code !== "ABORTED" && code !== "UNAVAILABLE") {
      this.log.error(`the handler of the stream "${channel}" failed: ${describeError(error)}`);
    }
    throw error;
  }

  #require(channel: string): ReturnType<HandlerTable<StreamHandler>["require"]> {
    try {
      return this.handlers.require(channel);
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error;
      throw new KeystoneError(
        error.code,
        error.message.replace(/^no service handles /, "no service takes streams on "),
      );
    }
  }
}
