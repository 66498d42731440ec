/** A name, or a channel, that somebody else has already. The message names both. */
export class TakenError extends Error {
  override readonly name = "TakenError";
}

/** Whether `error` is, or was caused by, something that is taken: it may be free later. */
export function isTaken(error: unknown): boolean {
  for (let depth = 0; error instanceof Error && depth < 8; depth++, error = error.cause) {
    if (error instanceof TakenError) return true;
  }
  return false;
}
