/** Which notes have a window of their own. */
export class NoteWindows {
  readonly #windows = new Map<string, Set<string>>();

  /** Counts a window in for as long as `signal` has not fired. */
  attend(note: string, window: string, signal: AbortSignal): Promise<void> {
    const windows = this.#windows.get(note) ?? new Set();
    this.#windows.set(note, windows.add(window));
    return new Promise((resolve) => {
      const leave = () => {
        windows.delete(window);
        if (windows.size === 0 && this.#windows.get(note) === windows) this.#windows.delete(note);
        resolve();
      };
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    });
  }

  /** A window that shows the note. */
  of(note: string): string | undefined {
    return this.#windows.get(note)?.values().next().value;
  }
}
