import { connection, nativeWindow, subscribe } from "@keystone/sdk/bridge";
import { api } from "../client/notes-api.ts";
import type { NoteEvent } from "../service/stored-note.ts";
import { h, iconButton } from "./dom.ts";
import { NotePage } from "./note-page.ts";
import { commandOf } from "./shortcuts.ts";
import { Toast } from "./toast.ts";

/** A note's own window. Which note it is for, the service says on the window's channel. */
export class NoteWindow {
  readonly #root: HTMLElement;
  readonly #toast = new Toast();
  readonly #page: NotePage;
  readonly #pin = iconButton("pin", "Pin", () => void this.#togglePin(), "Ctrl Shift P");
  readonly #ends: (() => void)[] = [];
  /** Where the id is kept while the component is swapped or the page reloaded. */
  readonly #key: string;
  #id: string | undefined;
  #attending: AbortController | undefined;

  constructor(root: HTMLElement, windowId: string) {
    this.#root = root;
    this.#key = `note:${windowId}`;
    this.#page = new NotePage([this.#pin], {
      escape: () => (document.activeElement as HTMLElement | null)?.blur(),
      failed: (message) => this.#toast.show(message),
      text: (title) => void nativeWindow.setTitle(title || "New note").catch(() => undefined),
    });
    root.append(h("div", { class: "notes single" }, this.#page.element, this.#toast.element));
    const onKey = (event: KeyboardEvent) => this.#onKey(event);
    addEventListener("keydown", onKey);
    this.#ends.push(
      () => removeEventListener("keydown", onKey),
      subscribe<{ id: string }>(`window:${windowId}:note`, ({ id }) => this.#open(id)),
      subscribe(`window:${windowId}:raise`, () => void nativeWindow.focus(), { replay: false }),
      api.onEvent((event) => this.#heard(event)),
      api.onReconnect(() => this.#attend()),
    );
    const id = sessionStorage.getItem(this.#key);
    if (id !== null) this.#open(id);
  }

  /** Resolves when everything is saved. */
  async close(): Promise<void> {
    for (const end of this.#ends) end();
    this.#attending?.abort();
    this.#toast.hide();
    await this.#page.close();
    this.#root.replaceChildren();
  }

  #open(id: string): void {
    if (id === this.#page.id) return;
    this.#id = id;
    sessionStorage.setItem(this.#key, id);
    this.#page.open(id);
    this.#page.focus();
    if (connection.isOpen) this.#attend();
    api.list().then(
      (notes) => this.#describe(notes.find((note) => note.id === id)),
      (error) => this.#toast.show(error.message),
    );
  }

  /** As long as this call is open the service knows that the note has a window. */
  #attend(): void {
    this.#attending?.abort();
    if (this.#id === undefined) return;
    this.#attending = new AbortController();
    // It ends when the window leaves or the connection is lost, and is made anew when that is back.
    api.attend(this.#id, this.#attending.signal).catch(() => undefined);
  }

  #heard(event: NoteEvent): void {
    if ("changed" in event && event.changed.id === this.#id) {
      this.#open(this.#id);
      this.#describe(event.changed);
    } else if ("removed" in event && event.removed === this.#id) {
      const id = this.#id;
      const restore = () => void api.restore(id).catch((error) => this.#toast.show(error.message));
      this.#page.openNothing(
        "trash",
        "This note was deleted.",
        h("button", { type: "button", class: "primary", onclick: restore }, "Bring it back"),
      );
    }
  }

  #describe(summary: Parameters<NotePage["describe"]>[0]): void {
    this.#page.describe(summary);
    this.#pin.setAttribute("aria-pressed", String(summary?.pinned ?? false));
    this.#pin.setAttribute("aria-label", summary?.pinned ? "Unpin" : "Pin");
  }

  async #togglePin(): Promise<void> {
    const summary = this.#page.summary;
    if (summary) await api.pin(summary.id, !summary.pinned).catch((error) => this.#toast.show(error.message));
  }

  #onKey(event: KeyboardEvent): void {
    const command = commandOf(event);
    if (command !== "pin" && command !== "close") return;
    event.preventDefault();
    if (command === "pin") void this.#togglePin();
    else void nativeWindow.close();
  }
}
