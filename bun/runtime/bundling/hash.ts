/** A short name for a content. */
export function hashOf(content: string | Uint8Array): string {
  return Bun.hash(content).toString(36);
}
