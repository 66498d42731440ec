/** Streams of bytes between processes, multiplexed over one carrier (`Protocol/README.md`, "Streams"). */
export type { ByteStream } from "./byte-stream.ts";
export {
  HEADER,
  MAX_CHUNK,
  MAX_STREAMS,
  PREFIX,
  ProtocolBreak,
  putHeader,
  putUint32,
  type StreamOpening,
} from "./frame.ts";
export { FrameReader } from "./frame-reader.ts";
export { messageOf, receiveMessage } from "./message-frame.ts";
export { type Carrier, type ConnectionOptions, StreamConnection } from "./stream-connection.ts";
