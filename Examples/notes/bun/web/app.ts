import { defineComponent } from "@keystone/sdk/component";
import "../src/styles/notes.css";
import { NotesApp } from "../src/ui/app.ts";

export const { mount, unmount } = defineComponent(async (root) => {
  const app = new NotesApp(root);
  await app.ready;
  return () => app.close();
});
