/** Collects changes until there has been quiet for a while. */

export class Debounce {
  #pending = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly quietMs: number, private readonly deliver: (items: ReadonlySet<string>) => void) {}

  add(item: string): void {
    this.#pending.add(item);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#fire(), this.quietMs);
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#pending.clear();
  }

  #fire(): void {
    const items = this.#pending;
    this.#pending = new Set();
    this.deliver(items);
  }
}
