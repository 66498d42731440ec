import type { NoteEvent } from "../service/stored-note.ts";
import { groupOf } from "./dates.ts";
import { inOrder, type Summary } from "./note.ts";

export interface Group {
  heading: string;
  notes: Summary[];
}

/** The notes that a list shows, kept in step with the service's events. */
export class NoteList {
  readonly #notes = new Map<string, Summary>();

  /** Replaces everything. */
  reset(notes: readonly Summary[]): void {
    this.#notes.clear();
    for (const note of notes) this.#notes.set(note.id, note);
  }

  take(event: NoteEvent): void {
    if ("removed" in event) this.#notes.delete(event.removed);
    else this.#notes.set(event.changed.id, event.changed);
  }

  get(id: string): Summary | undefined {
    return this.#notes.get(id);
  }

  get size(): number {
    return this.#notes.size;
  }

  sorted(): Summary[] {
    return [...this.#notes.values()].sort(inOrder);
  }
}

/** Puts sorted notes under their headings. */
export function grouped(notes: readonly Summary[], now: number, locale?: string): Group[] {
  const groups: Group[] = [];
  for (const note of notes) {
    const heading = note.pinned ? "Pinned" : groupOf(note.updated, now, locale);
    const last = groups.at(-1);
    if (last?.heading === heading) last.notes.push(note);
    else groups.push({ heading, notes: [note] });
  }
  return groups;
}

/** The note `step` places after one in the list; the nearest end where there is none, the first where `id` is not in it. */
export function neighbour(notes: readonly Summary[], id: string | undefined, step: number): string | undefined {
  const index = notes.findIndex((note) => note.id === id);
  const target = index < 0 ? 0 : Math.min(Math.max(index + step, 0), notes.length - 1);
  return notes[target]?.id;
}

/** What to choose once `id` is gone: the one that moves into its place. */
export function successor(notes: readonly Summary[], id: string): string | undefined {
  const index = notes.findIndex((note) => note.id === id);
  return (notes[index + 1] ?? notes[index - 1])?.id;
}
