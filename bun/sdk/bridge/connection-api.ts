import type { BunStateEvent, SocketState } from "../protocol.ts";
import { sharedCore } from "./core.ts";

const core = sharedCore();

/** The page's connection to Bun. It needs no care; this is for apps that want to show it. */
export const connection = {
  get state(): SocketState {
    return core.connection.state;
  },
  get isOpen(): boolean {
    return core.connection.state === "open";
  },
  onChange: (callback: (state: SocketState) => void): () => void => core.connection.onState.on(callback),
  /** The Bun process is ready, is being started again, or has failed for good. */
  onBunState: (callback: (event: BunStateEvent) => void): () => void => core.onBunState.on(callback),
};
