/** Chunks and imported files of all components, by the name that they are served under. */

type Files = ReadonlyMap<string, string | Uint8Array>;

interface Served {
  readonly content: string | Uint8Array;
  owners: number;
}

export class ServedFiles {
  readonly #byName = new Map<string, Served>();
  /** By component: the files of its last build, and of the one before it, which pages may still be running. */
  readonly #kept = new Map<string, readonly Files[]>();

  get(name: string): string | Uint8Array | undefined {
    return this.#byName.get(name)?.content;
  }

  get size(): number {
    return this.#byName.size;
  }

  /** A component was built anew: its files come, those of the build before the last one go. */
  add(component: string, files: Files): void {
    for (const [name, content] of files) this.#own(name, content);
    const [last, ...older] = this.#kept.get(component) ?? [];
    this.#kept.set(component, last ? [files, last] : [files]);
    for (const old of older) this.#disown(old);
  }

  /** The component is gone, and all its files with it. */
  remove(component: string): void {
    for (const files of this.#kept.get(component) ?? []) this.#disown(files);
    this.#kept.delete(component);
  }

  /** The name holds a hash of the content; only a source map may differ, by the lines of a comment: the newest counts. */
  #own(name: string, content: string | Uint8Array): void {
    this.#byName.set(name, { content, owners: (this.#byName.get(name)?.owners ?? 0) + 1 });
  }

  #disown(files: Files): void {
    for (const name of files.keys()) {
      const served = this.#byName.get(name);
      if (served && --served.owners === 0) this.#byName.delete(name);
    }
  }
}
