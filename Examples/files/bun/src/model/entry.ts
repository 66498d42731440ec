export type Kind = "directory" | "file" | "link" | "other";

/** One thing in a directory, or one that a search has found. */
export interface Entry {
  name: string;
  kind: Kind;
  /** In bytes; nothing for folders and links. */
  size: number;
  /** Milliseconds since 1970. */
  modified: number;
  /** The directory, below the root. */
  place: string;
  /** Where its content was searched: the line's number, from 1, and the line. */
  line?: { number: number; text: string };
}

/** As the host writes it. What is gone has its name alone. */
export type Fields = [name: string, kind: Kind, size: number, modified: number];

export function entryOf([name, kind, size, modified]: Fields, place: string): Entry {
  return { name, kind, size, modified, place };
}

/** Below the root; the same for two entries only if they are the same. */
export function pathOf(entry: Entry): string {
  return join(entry.place, entry.name);
}

export function join(place: string, name: string): string {
  return place === "" ? name : `${place}/${name}`;
}

/** The steps of a path, each with the path up to it. */
export function crumbs(path: string): { name: string; path: string }[] {
  const names = path === "" ? [] : path.split("/");
  return names.map((name, index) => ({ name, path: names.slice(0, index + 1).join("/") }));
}

export function parentOf(path: string): string {
  return path.split("/").slice(0, -1).join("/");
}
