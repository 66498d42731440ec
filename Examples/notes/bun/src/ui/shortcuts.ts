export type Command = "new" | "search" | "pin" | "popOut" | "delete" | "help" | "undo" | "close";

interface Keys {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
  altKey: boolean;
}

/** What the help shows, in its order. */
export const shortcuts: readonly { keys: string[]; what: string }[] = [
  { keys: ["Ctrl", "N"], what: "New note" },
  { keys: ["Ctrl", "F"], what: "Search" },
  { keys: ["↑", "↓"], what: "Through the list" },
  { keys: ["Enter"], what: "Write in the chosen note" },
  { keys: ["Esc"], what: "Back to the list" },
  { keys: ["Ctrl", "O"], what: "Open in a window of its own" },
  { keys: ["Ctrl", "Shift", "P"], what: "Pin or unpin" },
  { keys: ["Ctrl", "D"], what: "Delete" },
  { keys: ["Ctrl", "Z"], what: "Undo a deletion, in the list" },
  { keys: ["Ctrl", "W"], what: "Close the window" },
];

const COMMANDS: Record<string, Command> = {
  n: "new",
  f: "search",
  k: "search",
  o: "popOut",
  d: "delete",
  z: "undo",
  w: "close",
  "/": "help",
  "shift+p": "pin",
  // On many layouts `/` is on a shifted key.
  "shift+/": "help",
  "shift+7": "help",
};

/** The command that a key stroke means; `undefined` for all that is the browser's. */
export function commandOf({ key, ctrlKey, metaKey, shiftKey, altKey }: Keys): Command | undefined {
  if (altKey || !(ctrlKey || metaKey)) return undefined;
  return COMMANDS[(shiftKey ? "shift+" : "") + key.toLowerCase()];
}
