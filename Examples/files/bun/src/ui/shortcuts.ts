export type Command =
  | "back"
  | "forward"
  | "up"
  | "search"
  | "hidden"
  | "preview"
  | "rename"
  | "delete"
  | "help"
  | "clear"
  | "close";

export interface Keys {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** What the help shows, in its order. */
export const shortcuts: readonly { keys: string[]; what: string }[] = [
  { keys: ["↑", "↓"], what: "Through the list; letters choose a name" },
  { keys: ["Enter"], what: "Open" },
  { keys: ["⌫"], what: "To the folder above" },
  { keys: ["Alt", "←"], what: "Back; Alt → forward" },
  { keys: ["Ctrl", "F"], what: "Search; Esc ends it" },
  { keys: ["Space"], what: "Preview" },
  { keys: ["Ctrl", "H"], what: "Hidden files" },
  { keys: ["F2"], what: "Rename" },
  { keys: ["Del"], what: "Delete" },
  { keys: ["Ctrl", "W"], what: "Close the window" },
];

const COMMANDS: Record<string, Command> = {
  "ctrl+f": "search",
  "ctrl+k": "search",
  "ctrl+h": "hidden",
  "ctrl+w": "close",
  "ctrl+/": "help",
  // On many layouts `/` is on a shifted key.
  "ctrl+shift+/": "help",
  "ctrl+shift+7": "help",
  "alt+arrowleft": "back",
  "alt+arrowright": "forward",
  "alt+arrowup": "up",
};
const LIST_COMMANDS: Record<string, Command> = {
  backspace: "up",
  delete: "delete",
  escape: "clear",
  f2: "rename",
  " ": "preview",
  "/": "search",
};

/** The command that a key stroke means; `undefined` for all that is the browser's. Some are only the list's. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Keys, isInList: boolean): Command | undefined {
  const held = [(ctrlKey || metaKey) && "ctrl+", altKey && "alt+", shiftKey && "shift+"].filter((part) => part).join(
    "",
  );
  const name = held + key.toLowerCase();
  return COMMANDS[name] ?? (isInList ? LIST_COMMANDS[name] : undefined);
}
