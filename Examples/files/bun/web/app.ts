import { defineComponent } from "@keystone/sdk/component";
import "../src/styles/files.css";
import { FilesApp } from "../src/ui/app.ts";

export const { mount, unmount } = defineComponent(async (root) => {
  const app = new FilesApp(root);
  await app.ready;
  return () => app.close();
});
