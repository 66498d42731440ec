export function query() {
  return { ok: true };
}

export function health(): { ok: boolean } {
  return { ok: true };
}
