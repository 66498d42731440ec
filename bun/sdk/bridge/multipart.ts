/** A form as the body of a request. */
export interface Multipart {
  /** The `Content-Type`, with the boundary. */
  readonly type: string;
  readonly body: Uint8Array<ArrayBuffer>;
}

/**
 * Writes a form as `multipart/form-data` (HTML, "multipart form data"). WebKit does that on the way to the network only: the
 * body of a `Request` that has files in it can't be read.
 */
export async function multipart(form: FormData): Promise<Multipart> {
  const boundary = `----keystone-${crypto.randomUUID()}`;
  const parts: BlobPart[] = [];
  for (const [name, value] of form) {
    parts.push(`--${boundary}\r\nContent-Disposition: form-data; name="${escaped(crlf(name))}"`);
    if (typeof value === "string") {
      parts.push(`\r\n\r\n${crlf(value)}\r\n`);
    } else {
      const type = value.type || "application/octet-stream";
      parts.push(`; filename="${escaped(value.name)}"\r\nContent-Type: ${type}\r\n\r\n`, value, "\r\n");
    }
  }
  parts.push(`--${boundary}--\r\n`);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: new Uint8Array(await new Blob(parts).arrayBuffer()),
  };
}

const crlf = (text: string) => text.replace(/\r\n?|\n/g, "\r\n");

const escaped = (name: string) => name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
