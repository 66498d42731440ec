import { checkFrame, HEADER, putHeader, uint32 } from "./frame.ts";
import type { StreamConnection } from "./stream-connection.ts";

/** One frame as a message of a WebSocket. */
export function messageOf(kind: number, stream: number, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const message = new Uint8Array(HEADER + payload.length);
  message.set(payload, putHeader(message, 0, kind, stream));
  return message;
}

/** Hands a message of a WebSocket on; one that is no frame ends the connection. */
export function receiveMessage(connection: StreamConnection, message: Uint8Array | string): void {
  if (typeof message === "string") return connection.breakOff("a text instead of a frame");
  if (message.length < HEADER) return connection.breakOff(`a frame of ${message.length} bytes`);
  const kind = message[0] ?? 0;
  try {
    checkFrame(kind, message.length - HEADER);
  } catch (error) {
    return connection.breakOff(error instanceof Error ? error.message : String(error));
  }
  connection.receive(kind, uint32(message, 1), message.subarray(HEADER));
}
