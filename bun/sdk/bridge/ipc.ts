import { sharedCore } from "./core.ts";
import type { BrowserStream } from "./streams.ts";
import { action, invoke, invokeBun, publish, query, send, subscribe } from "./calls.ts";

const core = sharedCore();

/** The same calls, ordered by who answers. */
export const ipc = {
  /** The native host. */
  host: { call: invoke, action },
  /** The Bun process: `call` a handler by channel, `query` a whole service, `send` a message without an answer. */
  bun: { call: invokeBun, query, send, action },
  /** Bytes, as web streams. */
  stream: {
    /**
     * Opens a stream to the service that takes `channel` with `onStream`; `data` is for its handler. It can be read and
     * written at once; whatever keeps it from opening (`NO_HANDLER`, `UNAVAILABLE`) becomes the failure of its reads and
     * writes, and of `opened`.
     */
    open: (channel: string, data?: unknown): BrowserStream => core.streams.open(channel, data),
  },
  subscribe,
  publish,
};
