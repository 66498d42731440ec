import type { Change } from "../model/change.ts";
import { type Edit, SharedText, type Snapshot } from "../model/shared-text.ts";
import type { EditResult } from "../service/notebook.ts";

/** The way to the service; tests have one of their own. */
export interface NoteLink {
  open(id: string, client: string): Promise<Snapshot>;
  edit(id: string, edit: Edit): Promise<EditResult>;
  onText(id: string, callback: (edit: Edit) => void): () => void;
  onReconnect(callback: () => void): () => void;
}

export interface LiveNoteEvents {
  /** The text is there, or others have changed it: by `change`, where that is known. */
  text(text: string, change?: Change): void;
  /** Whether everything that was typed is in the store. */
  saved(isSaved: boolean): void;
  /** Something went wrong that waiting does not mend. */
  failed(error: unknown): void;
}

/** One note that is open in this window: sends what is typed, takes in what others type. */
export class LiveNote {
  readonly id: string;
  /** Resolves when the text is there, or when it can't be. */
  readonly ready: Promise<void>;
  readonly #link: NoteLink;
  readonly #events: LiveNoteEvents;
  readonly #client = crypto.randomUUID();
  readonly #subscriptions: (() => void)[];
  #text: SharedText | undefined;
  #syncing: Promise<void> | undefined;
  /** The service may have missed something: it has to be asked before more is sent. */
  #lost = false;
  #closed = false;
  #waiting: (() => void)[] = [];

  constructor(id: string, link: NoteLink, events: LiveNoteEvents) {
    this.id = id;
    this.#link = link;
    this.#events = events;
    // Listening begins before asking, so that nothing can fall between the two.
    this.#subscriptions = [
      link.onText(id, (edit) => this.#receive(edit)),
      link.onReconnect(() => this.#text && void this.sync()),
    ];
    this.ready = this.sync();
  }

  get text(): string | undefined {
    return this.#text?.text;
  }

  /** The window's text, after each keystroke. */
  edit(text: string): void {
    if (!this.#text || this.#text.text === text) return;
    this.#text.type(text);
    if (this.#lost) void this.sync();
    else this.#send();
  }

  /** Asks the service for the note and brings both in line. */
  sync(): Promise<void> {
    return this.#syncing ??= this.#sync().finally(() => {
      this.#syncing = undefined;
      this.#send();
    });
  }

  /** Resolves when everything is saved, or when it can't be. */
  flush(): Promise<void> {
    if (!this.#text || this.#text.isSaved || this.#lost) return this.#syncing ?? Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Saves what is left and lets go. */
  async close(): Promise<void> {
    await this.flush();
    this.#closed = true;
    for (const end of this.#subscriptions) end();
  }

  async #sync(): Promise<void> {
    try {
      const snapshot = await this.#link.open(this.id, this.#client);
      if (this.#closed) return;
      const before = this.#text?.text;
      if (this.#text) this.#text.resync(snapshot);
      else this.#text = new SharedText(this.#client, snapshot);
      this.#lost = false;
      if (this.#text.text !== before) this.#events.text(this.#text.text);
    } catch (error) {
      this.#fail(error);
    }
  }

  #send(): void {
    // An edit that overtook the snapshot would not be known to be in it, and be made twice.
    if (!this.#text || this.#lost || this.#syncing) return;
    const edit = this.#text.take();
    this.#events.saved(this.#text.isSaved);
    if (this.#text.isSaved) this.#settle();
    if (!edit) return;
    this.#link.edit(this.id, edit).then((result) => {
      if ("stale" in result) void this.sync();
    }, (error) => this.#fail(error));
  }

  #receive(edit: Edit): void {
    if (!this.#text || this.#closed) return;
    const change = this.#text.receive(edit);
    if (change === "missed") return void this.sync();
    if (change) this.#events.text(this.#text.text, change);
    this.#send();
  }

  #fail(error: unknown): void {
    this.#lost = true;
    this.#settle();
    this.#events.saved(false);
    // A lost connection comes back by itself, and with it comes `onReconnect`.
    if ((error as { code?: string }).code !== "UNAVAILABLE") this.#events.failed(error);
  }

  #settle(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
