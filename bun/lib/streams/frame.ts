/** Frames of the streams' wire (`Protocol/README.md`, "Streams"): their kinds, their bounds, their headers. */

import type { WireError } from "../../sdk/protocol.ts";
import { KeystoneError } from "../errors.ts";

export const FrameKind = { open: 1, accept: 2, chunk: 3, end: 4, stop: 5, reset: 6, credit: 7 } as const;

/** Bytes of one chunk, at most. */
export const MAX_CHUNK = 256 * 1024;
/** Bytes of the JSON of one `open`. */
export const MAX_OPEN = 256 * 1024;
/** Bytes of the JSON of one `reset`. */
export const MAX_RESET = 64 * 1024;
/** Bytes of payload that each direction of a stream may send before the first `credit`. */
export const WINDOW = 1024 * 1024;
/** Credit that a sender may hold. */
export const MAX_CREDIT = 0x7fffffff;
/** Streams that a connection has at once. */
export const MAX_STREAMS = 1024;
/** Kind and stream. */
export const HEADER = 5;
/** The length before a frame on a Unix socket. */
export const PREFIX = 4;

/** The payload's fewest and most bytes, by kind. */
const PAYLOAD: readonly (readonly [number, number] | undefined)[] = [
  undefined,
  [2, MAX_OPEN],
  [0, 0],
  [1, MAX_CHUNK],
  [0, 0],
  [0, 0],
  [2, MAX_RESET],
  [4, 4],
];

export const NOTHING = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The other side broke the protocol: the connection can't go on. */
export class ProtocolBreak extends Error {}

/** What an `open` frame says. */
export interface StreamOpening {
  readonly channel: string;
  /** The opener's word to the handler. */
  readonly data?: unknown;
  /** The service that opens, where it is one. */
  readonly service?: string;
}

/** @throws ProtocolBreak */
export function checkFrame(kind: number, payloadLength: number): void {
  const bounds = PAYLOAD[kind];
  if (bounds === undefined) throw new ProtocolBreak(`a frame of the unknown type ${kind}`);
  if (payloadLength < bounds[0] || payloadLength > bounds[1]) {
    throw new ProtocolBreak(`a frame of type ${kind} with ${payloadLength} bytes of payload`);
  }
}

/** Writes kind and stream; returns the place behind them. */
export function putHeader(bytes: Uint8Array, at: number, kind: number, stream: number): number {
  bytes[at] = kind;
  return putUint32(bytes, at + 1, stream);
}

export function putUint32(bytes: Uint8Array, at: number, value: number): number {
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
  return at + 4;
}

export function uint32(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)) >>> 0;
}

/** @throws KeystoneError `BAD_REQUEST` or `TOO_LARGE`. */
export function encodeOpening({ channel, data, service }: StreamOpening): Uint8Array {
  if (typeof channel !== "string" || channel === "") {
    throw new KeystoneError("BAD_REQUEST", "a stream's channel must be a text that is not empty");
  }
  let text: string;
  try {
    text = JSON.stringify({ channel, data, service });
  } catch (error) {
    throw new KeystoneError("BAD_REQUEST", `stream "${channel}": its data is not JSON`, { cause: error });
  }
  const bytes = encoder.encode(text);
  if (bytes.length <= MAX_OPEN) return bytes;
  throw new KeystoneError("TOO_LARGE", `stream "${channel}": its data is over ${MAX_OPEN} bytes; send it as bytes`);
}

/** @throws ProtocolBreak */
export function decodeOpening(payload: Uint8Array): StreamOpening {
  const { channel, data, service } = decodeObject(payload, "open");
  if (typeof channel !== "string" || channel === "" || channel.length > 4096) {
    throw new ProtocolBreak('"channel" of "open" must be a text of 1 to 4096 characters');
  }
  return { channel, data, service: typeof service === "string" ? service : undefined };
}

export function encodeError(error: WireError): Uint8Array {
  const bytes = encoder.encode(JSON.stringify(error));
  if (bytes.length <= MAX_RESET) return bytes;
  const { name, message, code } = error;
  return encoder.encode(
    JSON.stringify({ name: name.slice(0, 64), message: `${message.slice(0, 4096)}…`, code: code.slice(0, 64) }),
  );
}

/** @throws ProtocolBreak */
export function decodeError(payload: Uint8Array): unknown {
  return decodeObject(payload, "reset");
}

function decodeObject(payload: Uint8Array, kind: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(payload));
  } catch (error) {
    throw new ProtocolBreak(`the payload of "${kind}" is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ProtocolBreak(`the payload of "${kind}" is not a JSON object`);
  }
  return value as Record<string, unknown>;
}
