import { invoke } from "./calls.ts";

/** Extensions with or without a dot (`"png"`, `".png"`), MIME types, or named groups of them. */
export type DialogFilter = string | { name: string; extensions: string[] };

export interface OpenFileOptions {
  title?: string;
  filters?: DialogFilter[];
  multiple?: boolean;
  directory?: boolean;
  defaultPath?: string;
}

export interface SaveFileOptions {
  title?: string;
  filters?: DialogFilter[];
  defaultName?: string;
  defaultPath?: string;
}

export interface MessageOptions {
  title?: string;
  message: string;
  detail?: string;
  buttons?: string[];
}

/** A person answers, and may take as long as they like. */
const UNLIMITED = { timeout: 0 };

/** The system's dialogs. */
export const dialog = {
  /** The chosen files, or `null` where the person chose none. */
  openFile: (options: OpenFileOptions = {}): Promise<string[] | null> => invoke("dialog:openFile", options, UNLIMITED),
  saveFile: (options: SaveFileOptions = {}): Promise<string | null> => invoke("dialog:saveFile", options, UNLIMITED),
  /** The index of the button that was pressed. */
  showMessage: (options: MessageOptions): Promise<number> => invoke("dialog:showMessage", options, UNLIMITED),
};
