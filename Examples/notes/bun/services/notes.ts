import { defineService, type ServiceHandle } from "@keystone/sdk/service";
import * as check from "../src/service/arguments.ts";
import { MAX_LENGTH, Notebook } from "../src/service/notebook.ts";
import { welcomeNotes } from "../src/service/welcome.ts";
import { NoteWindows } from "../src/service/windows.ts";

type Args = Record<string, unknown> | undefined;

let notebook: Notebook;
const windows = new NoteWindows();
const idOf = (args: Args) => check.text(args?.id, "id");

/** Events, not states: who comes later asks for the list instead of replaying what happened last. */
const EVENT = { retain: false };

function open(svc: ServiceHandle): void {
  notebook = new Notebook(svc.store, {
    note: (event) => svc.push("notes:event", event, EVENT),
    text: (id, event) => svc.push(`notes:text:${id}`, event, EVENT),
  });
  notebook.welcome(welcomeNotes);
  notebook.purge();
}

export default defineService("notes")
  .query((args: Args) => args?.search ? notebook.search(check.text(args.search, "search", 1000)) : notebook.list())
  .handle("notes:create", (args: Args) => notebook.create(check.text(args?.text ?? "", "text", MAX_LENGTH)))
  .handle("notes:open", (args: Args) => notebook.open(idOf(args), check.text(args?.client, "client", 100)))
  .handle("notes:edit", (args: Args) => notebook.edit(idOf(args), check.edit(args)))
  .handle("notes:pin", (args: Args) => notebook.pin(idOf(args), args?.pinned === true))
  .handle("notes:remove", (args: Args) => notebook.remove(idOf(args)))
  .handle("notes:restore", (args: Args) => notebook.restore(idOf(args)))
  // A window's call that is open for as long as the window shows the note.
  .handle("notes:attend", (args: Args, _svc, { windowId, signal }) => {
    return windows.attend(idOf(args), windowId ?? "", signal);
  })
  // Tells a window which note it is for.
  .handle("notes:assign", (args: Args, svc) => {
    svc.push(`window:${check.text(args?.windowId, "windowId")}:note`, { id: idOf(args) });
  })
  // Brings the note's own window to the front; `false` where it has none.
  .handle("notes:raise", (args: Args, svc) => {
    const window = windows.of(idOf(args));
    if (window === undefined) return false;
    svc.push(`window:${window}:raise`, {}, EVENT);
    return true;
  })
  .every(60 * 60 * 1000, () => notebook.purge())
  .health(() => ({ ok: true, notes: notebook.list().length }))
  .build(open);
