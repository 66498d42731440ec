/** Waiting with a limit. */

export type Outcome<T> = { kind: "done"; value: T } | { kind: "late" };

/** Waits for `work`, at most `milliseconds`. What it does later is nobody's concern, so its late failure is kept quiet. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<Outcome<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Outcome<T>>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "late" }), milliseconds);
  });
  try {
    return await Promise.race([work.then((value): Outcome<T> => ({ kind: "done", value })), late]);
  } finally {
    clearTimeout(timer);
  }
}
