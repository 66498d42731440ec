import type { Change } from "../model/change.ts";
import { excerptOf, splitText, type Summary } from "../model/note.ts";

/** A note as the store has it, under the key `note:ID`. */
export interface StoredNote {
  id: string;
  text: string;
  pinned: boolean;
  created: number;
  updated: number;
  /** Counts the edits of the text. */
  rev: number;
  /** The last edit of each window that wrote lately, so that an edit that is sent again is not made twice. */
  seen: Record<string, number>;
  /** When it was deleted. Deleted notes are kept for a while. */
  deleted?: number;
}

/** The part of `svc.store` that notes use. */
export interface NoteStore {
  get<T>(key: string): T | null;
  set(key: string, value: unknown): void;
  del(key: string): void;
  keys(): string[];
}

/** What happened to a note, for everyone who looks at the list. */
export type NoteEvent = { changed: Summary } | { removed: string };

/** An edit of a note's text, for everyone who has it open. */
export interface TextEvent {
  client: string;
  seq: number;
  rev: number;
  change: Change;
}

const SEEN = 8;

export function summaryOf({ id, text, pinned, created, updated }: StoredNote): Summary {
  const { title, body } = splitText(text);
  return { id, title: title.trim().slice(0, 200), excerpt: excerptOf(body), pinned, created, updated };
}

/** `seen` with one more edit in it, and only the windows that wrote last. */
export function withSeen(seen: Record<string, number>, client: string, seq: number): Record<string, number> {
  const others = Object.entries(seen).filter(([name]) => name !== client).slice(1 - SEEN);
  return Object.fromEntries([...others, [client, seq]]);
}
