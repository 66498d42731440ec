import { FolderLink, type Listed } from "../client/folder-link.ts";
import type { Entry } from "../model/entry.ts";
import { Listing } from "../model/listing.ts";
import type { DateText } from "../model/text.ts";
import type { FileList } from "./file-list.ts";
import type { Preferences } from "./preferences.ts";
import type { RowLook } from "./row.ts";
import type { StatusBar } from "./status-bar.ts";

/** What the views of a folder and of a search share. */
export interface Views {
  list: FileList;
  status: StatusBar;
  dates: DateText;
  /** What stands in the list's place when it is empty. */
  empty: HTMLElement;
}

const ROW = 30;

/** A folder in the list, kept as it is on the disk. */
export class FolderView {
  /** Resolves when the listing is whole, or can't be. */
  ready: Promise<void> = Promise.resolve();
  readonly #views: Views;
  readonly #onGone: (path: string) => void;
  /** The chosen entry is another, or has changed. */
  readonly #onSelected: (entry: Entry | undefined) => void;
  readonly #look: RowLook;
  #link: FolderLink | undefined;
  #preferences: Preferences | undefined;
  #listing: Listing | undefined;
  /** A listing that comes anew, and takes the place of the other once it is whole. */
  #next: Listing | undefined;
  #listed: Listed | undefined;
  #failure = "";
  /** Is chosen as soon as it is there. */
  #wanted: string | undefined;
  #isPaused = false;

  constructor(views: Views, onGone: (path: string) => void, onSelected: (entry: Entry | undefined) => void) {
    this.#views = views;
    this.#onGone = onGone;
    this.#onSelected = onSelected;
    this.#look = { dates: views.dates, showsPlace: false };
  }

  show(path: string, preferences: Preferences, selected?: string): void {
    this.close();
    this.#preferences = preferences;
    this.#wanted = selected;
    this.#isPaused = false;
    this.#failure = "";
    this.#listing = new Listing(preferences.order, preferences.showsHidden);
    this.#views.list.show(this.#listing, this.#look, ROW);
    this.#views.list.order = preferences.order;
    this.#onSelected(undefined);
    this.ready = new Promise((resolve) => this.#follow(path, resolve));
  }

  close(): void {
    this.#link?.close();
    this.#link = this.#next = this.#listed = undefined;
  }

  /** A search has the list. What changes in the folder is still noticed. */
  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
    if (!this.#listing) return;
    this.#views.list.show(this.#listing, this.#look, ROW);
    this.#views.list.order = this.#preferences?.order;
    this.#onSelected(undefined);
    this.#draw();
  }

  prefer(preferences: Preferences): void {
    this.#update((listing) => {
      listing.order = preferences.order;
      listing.showsHidden = preferences.showsHidden;
    });
    if (!this.#isPaused) this.#views.list.order = preferences.order;
  }

  /** Chooses an entry, now or when it appears. */
  choose(name: string): void {
    this.#wanted = name;
    this.#draw();
  }

  #follow(path: string, done: () => void): void {
    this.#link = new FolderLink(path, {
      begin: () => {
        if (this.#listed && this.#preferences) {
          this.#next = new Listing(this.#preferences.order, this.#preferences.showsHidden);
        }
      },
      entries: (batch) => this.#next ? this.#next.change(batch) : this.#update((listing) => listing.change(batch)),
      listed: (listed) => {
        this.#listed = listed;
        if (this.#next) this.#replace(this.#next);
        this.#draw();
        done();
      },
      changed: (put, removed) => this.#update((listing) => listing.change(put, removed)),
      gone: () => {
        done();
        this.#onGone(path);
      },
      failed: (error) => {
        this.#failure = error instanceof Error ? error.message : String(error);
        this.#draw();
        done();
      },
    });
  }

  /** The whole listing came anew: what was chosen stays so, and nothing jumps. */
  #replace(next: Listing): void {
    const chosen = this.#isPaused ? undefined : this.#views.list.selected;
    this.#listing = next;
    this.#next = undefined;
    if (this.#isPaused) return;
    this.#views.list.replace(next);
    this.#keep(chosen, -1);
  }

  #update(change: (listing: Listing) => void): void {
    if (!this.#listing) return;
    const { list } = this.#views;
    const chosen = this.#isPaused ? undefined : list.selected;
    const index = list.selectedIndex;
    change(this.#listing);
    if (!this.#isPaused) this.#keep(chosen, index);
    this.#draw();
  }

  /** The entry that was chosen still is; where it has gone, the one that moves into its place. */
  #keep(chosen: Entry | undefined, index: number): void {
    if (!chosen || !this.#listing) return;
    const now = this.#listing.indexOf(chosen.name);
    const place = now >= 0 ? now : Math.min(index, this.#listing.count - 1);
    this.#views.list.moveSelection(place);
    const entry = this.#listing.at(place);
    if (entry !== chosen) this.#onSelected(entry);
  }

  #draw(): void {
    if (this.#isPaused || !this.#listing) return;
    const { list, status, empty } = this.#views;
    const wanted = this.#wanted === undefined ? -1 : this.#listing.indexOf(this.#wanted);
    // While it is being listed, what is chosen would move away.
    if (wanted >= 0 && this.#listed) {
      this.#wanted = undefined;
      list.select(wanted);
    }
    list.refresh();
    if (this.#failure) status.message(this.#failure);
    else status.folder(this.#listing, this.#listed);
    empty.hidden = this.#listing.count > 0 || (!this.#listed && !this.#failure);
    empty.textContent = this.#failure || (this.#listing.total > 0 ? "Only hidden files are here." : "Nothing is here.");
  }
}
