import type { NoteStore } from "./stored-note.ts";

/** A store for tests: like the real one it keeps JSON, not objects. */
export function memoryStore(values = new Map<string, string>()): NoteStore {
  return {
    get: <T>(key: string) => {
      const value = values.get(key);
      return value === undefined ? null : JSON.parse(value) as T;
    },
    set: (key, value) => void values.set(key, JSON.stringify(value)),
    del: (key) => void values.delete(key),
    keys: () => [...values.keys()],
  };
}
