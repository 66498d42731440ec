import { defineComponent } from "@keystone/sdk/component";
import "../src/styles/notes.css";
import { NoteWindow } from "../src/ui/note-window.ts";

export const { mount, unmount } = defineComponent((root, ctx) => {
  const window = new NoteWindow(root, ctx.windowId);
  return () => window.close();
});
