/** Byte ranges (RFC 9110, section 14.1), which media elements need for seeking. */

export interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * The range that `header` asks for. `undefined` means the whole file: no header, several ranges (which a server may
 * ignore), or a form that it doesn't know.
 */
export function parseRange(header: string | null, size: number): ByteRange | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const range = match[1] === "" ? suffix(Number(match[2]), size) : bounded(Number(match[1]), match[2] ?? "", size);
  if (range.start > range.end) {
    return match[2] !== "" && Number(match[1]) > Number(match[2]) ? undefined : "unsatisfiable";
  }
  return range;
}

function suffix(length: number, size: number): ByteRange {
  return { start: length === 0 ? size : Math.max(0, size - length), end: size - 1 };
}

function bounded(start: number, end: string, size: number): ByteRange {
  return { start, end: end === "" ? size - 1 : Math.min(Number(end), size - 1) };
}
