import { action, invoke, invokeBun, publish, query, send, subscribe } from "./calls.ts";

/** The same calls, ordered by who answers. */
export const ipc = {
  /** The native host. */
  host: { call: invoke, action },
  /** The Bun process: `call` a handler by channel, `query` a whole service, `send` a message without an answer. */
  bun: { call: invokeBun, query, send, action },
  subscribe,
  publish,
};
