import { connection, invokeBun, query, subscribe } from "@keystone/sdk/bridge";
import type { Summary } from "../model/note.ts";
import type { Edit, Snapshot } from "../model/shared-text.ts";
import type { EditResult } from "../service/notebook.ts";
import type { NoteEvent, TextEvent } from "../service/stored-note.ts";

const NO_REPLAY = { replay: false };

/** What a page can ask of `services/notes.ts`, with its types. */
export const api = {
  list: (): Promise<Summary[]> => query("notes"),
  search: (search: string, signal: AbortSignal): Promise<Summary[]> => query("notes", { search }, { signal }),
  create: (): Promise<Summary> => invokeBun("notes:create"),
  open: (id: string, client: string): Promise<Snapshot & { summary: Summary }> =>
    invokeBun("notes:open", { id, client }),
  edit: (id: string, edit: Edit): Promise<EditResult> => invokeBun("notes:edit", { id, ...edit }),
  pin: (id: string, pinned: boolean): Promise<Summary> => invokeBun("notes:pin", { id, pinned }),
  remove: (id: string): Promise<void> => invokeBun("notes:remove", { id }),
  restore: (id: string): Promise<Summary> => invokeBun("notes:restore", { id }),
  assign: (windowId: string, id: string): Promise<void> => invokeBun("notes:assign", { windowId, id }),
  raise: (id: string): Promise<boolean> => invokeBun("notes:raise", { id }),
  /** Says that this window shows the note, for as long as `signal` has not fired. */
  attend: (id: string, signal: AbortSignal): Promise<void> => invokeBun("notes:attend", { id }, { signal, timeout: 0 }),
  onEvent: (callback: (event: NoteEvent) => void): () => void => subscribe("notes:event", callback, NO_REPLAY),
  onText: (id: string, callback: (event: TextEvent) => void): () => void =>
    subscribe(`notes:text:${id}`, callback, NO_REPLAY),
  /** Called whenever the service is there again: something may have happened in between. */
  onReconnect: (callback: () => void): () => void =>
    connection.onChange((state) => {
      if (state === "open") callback();
    }),
};
