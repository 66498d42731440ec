import { nativeWindow } from "@keystone/sdk/bridge";
import { api, FileError, type Place } from "../client/files-api.ts";
import type { Goal } from "../client/search-run.ts";
import { type Entry, parentOf, pathOf } from "../model/entry.ts";
import type { Column } from "../model/order.ts";
import { DateText, shown } from "../model/text.ts";
import { Breadcrumb } from "./breadcrumb.ts";
import { askName, confirm } from "./dialogs.ts";
import { h, iconButton } from "./dom.ts";
import { FileList } from "./file-list.ts";
import { FolderView } from "./folder-view.ts";
import { createHelp } from "./help.ts";
import { loadPreferences, type Preferences, savePreferences } from "./preferences.ts";
import { Preview } from "./preview.ts";
import { SearchBox } from "./search-box.ts";
import { SearchView } from "./search-view.ts";
import { type Command, commandOf } from "./shortcuts.ts";
import { StatusBar } from "./status-bar.ts";
import { Toast } from "./toast.ts";

/** The window: where one is, what is there, what is in it. */
export class FilesApp {
  /** Resolves when the first folder is on the screen, or when it can't be. */
  readonly ready: Promise<void>;
  readonly #preferences = loadPreferences();
  readonly #dates = new DateText(Date.now());
  readonly #toast = new Toast();
  readonly #help = createHelp();
  readonly #crumbs = new Breadcrumb((path) => void this.#open(path));
  readonly #preview = new Preview(this.#dates);
  readonly #list: FileList;
  readonly #search: SearchBox;
  readonly #status: StatusBar;
  readonly #folder: FolderView;
  readonly #found: SearchView;
  readonly #back = iconButton("back", "Back", () => this.#run("back"), "Alt ←");
  readonly #forward = iconButton("forward", "Forward", () => this.#run("forward"), "Alt →");
  readonly #up = iconButton("up", "Up", () => this.#run("up"), "⌫");
  readonly #hidden = iconButton("hidden", "Hidden files", () => this.#run("hidden"), "Ctrl H");
  readonly #panel = iconButton("preview", "Preview", () => this.#run("preview"), "Space");
  readonly #empty = h("p", { class: "empty", hidden: true });
  readonly #root: HTMLElement;
  readonly #ends: (() => void)[] = [];
  #place: Place = { path: "", root: "", canGoBack: false, canGoForward: false };
  #isSearching = false;

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#list = new FileList({
      selected: (entry) => this.#preview.show(entry),
      open: (entry) => void this.#openEntry(entry),
      sort: (column) => this.#sort(column),
    });
    this.#search = new SearchBox({
      changed: (text, goal) => this.#searched(text, goal),
      leave: () => this.#leaveSearch(),
    });
    this.#status = new StatusBar(
      this.#hidden,
      this.#panel,
      iconButton("keyboard", "Keyboard shortcuts", () => this.#run("help"), "Ctrl /"),
    );
    const views = { list: this.#list, status: this.#status, dates: this.#dates, empty: this.#empty };
    this.#folder = new FolderView(views, (path) => this.#gone(path), (entry) => this.#preview.show(entry));
    this.#found = new SearchView(views);
    this.#preview.isOpen = this.#preferences.showsPreview;
    root.append(this.#layout());
    this.#showPreferences();
    const onKey = (event: KeyboardEvent) => this.#key(event);
    addEventListener("keydown", onKey);
    // What counts as today depends on the day.
    const onFocus = () => (this.#dates.now = Date.now());
    addEventListener("focus", onFocus);
    this.#ends.push(() => removeEventListener("keydown", onKey), () => removeEventListener("focus", onFocus));
    this.ready = this.#go(() => api.place()).then(() => this.#folder.ready);
  }

  close(): void {
    for (const end of this.#ends) end();
    this.#folder.close();
    this.#found.close();
    this.#list.close();
    this.#preview.close();
    this.#toast.hide();
    this.#root.replaceChildren();
  }

  #layout(): HTMLElement {
    return h(
      "div",
      { class: "files" },
      h("header", { class: "bar" }, this.#back, this.#forward, this.#up, this.#crumbs.element, this.#search.element),
      h("main", {}, h("div", { class: "list-side" }, this.#list.element, this.#empty), this.#preview.element),
      this.#status.element,
      this.#toast.element,
      this.#help.element,
    );
  }

  // MARK: Places

  #open(path: string): Promise<void> {
    return this.#go(() => api.open(path));
  }

  /** Shows the place that the host answers. Without one, all stays as it is, and the reason is told. */
  async #go(ask: () => Promise<Place>): Promise<void> {
    const from = this.#place.path;
    const place = await this.#tried(ask());
    if (!place) return;
    this.#place = place;
    this.#crumbs.show(place.path, place.root);
    this.#back.disabled = !place.canGoBack;
    this.#forward.disabled = !place.canGoForward;
    this.#up.disabled = place.path === "";
    const name = place.path.split("/").at(-1) || place.root.split("/").at(-1) || "/";
    void nativeWindow.setTitle(shown(name)).catch(() => undefined);
    // Who goes up, or back to it, finds the folder that was left.
    const left = from.startsWith(place.path === "" ? "" : `${place.path}/`) ? from.slice(place.path.length) : "";
    const selected = place.selected ?? left.split("/").find((name) => name !== "");
    this.#isSearching = false;
    this.#found.close();
    if (this.#search.text !== "") this.#search.clear();
    this.#preview.folder = place.path;
    this.#folder.show(place.path, this.#preferences, selected);
    this.#list.focus();
  }

  /** The folder has been removed under our feet. */
  #gone(path: string): void {
    if (path !== this.#place.path) return;
    this.#toast.show(`“${shown(path.split("/").at(-1) || "The folder")}” is no longer there`);
    if (path !== "") void this.#go(() => api.place());
  }

  #openEntry(entry: Entry): Promise<void> | void {
    // A file that was found is shown where it is; one that is there already is looked into.
    if (entry.kind === "directory" || entry.kind === "link" || this.#isSearching) return this.#open(pathOf(entry));
    if (!this.#preview.isOpen) this.#run("preview");
  }

  // MARK: Search

  #searched(text: string, goal: Goal): void {
    if (text !== "") {
      this.#isSearching = true;
      this.#folder.pause();
      this.#preview.show(undefined);
      this.#found.show(this.#place.path, goal, text, this.#preferences.showsHidden);
    } else if (this.#isSearching) {
      this.#isSearching = false;
      this.#found.close();
      this.#folder.resume();
    }
  }

  #leaveSearch(): void {
    if (this.#list.selected === undefined) this.#list.select(0);
    this.#list.focus();
  }

  // MARK: Commands

  #run(command: Command): void {
    const entry = this.#list.selected;
    if (command === "back" || command === "forward") void this.#go(() => api.go(command === "back" ? -1 : 1));
    else if (command === "up") this.#place.path !== "" && void this.#open(parentOf(this.#place.path));
    else if (command === "search") this.#search.focus();
    else if (command === "clear") this.#search.clear();
    else if (command === "help") this.#help.toggle();
    else if (command === "hidden") this.#prefer({ showsHidden: !this.#preferences.showsHidden });
    else if (command === "preview") this.#prefer({ showsPreview: !this.#preferences.showsPreview });
    else if (command === "close") void nativeWindow.close();
    else if (entry && command === "rename") void this.#rename(entry);
    else if (entry && command === "delete") void this.#remove(entry);
  }

  #sort(column: Column): void {
    const { order } = this.#preferences;
    const descending = order.column === column ? !order.descending : column !== "name";
    this.#prefer({ order: { column, descending } });
  }

  #prefer(change: Partial<Preferences>): void {
    Object.assign(this.#preferences, change);
    savePreferences(this.#preferences);
    this.#showPreferences();
    this.#folder.prefer(this.#preferences);
    if (this.#isSearching && "showsHidden" in change) this.#found.again(this.#preferences.showsHidden);
  }

  #showPreferences(): void {
    this.#hidden.setAttribute("aria-pressed", String(this.#preferences.showsHidden));
    this.#panel.setAttribute("aria-pressed", String(this.#preferences.showsPreview));
    if (this.#preview.isOpen !== this.#preferences.showsPreview) this.#preview.isOpen = this.#preferences.showsPreview;
  }

  async #rename(entry: Entry): Promise<void> {
    const name = await askName(entry.name);
    this.#list.focus();
    if (name === undefined) return;
    const renamed = await this.#tried(api.rename(pathOf(entry), name));
    if (!renamed) return;
    if (this.#isSearching) this.#found.again(this.#preferences.showsHidden);
    else this.#folder.choose(renamed.name);
  }

  async #remove(entry: Entry): Promise<void> {
    const name = shown(entry.name);
    const isMeant = await confirm(`Delete “${name}”?`, "It can't be brought back.", "Delete");
    this.#list.focus();
    if (!isMeant) return;
    await this.#tried(this.#removed(entry, name));
    if (this.#isSearching) this.#found.again(this.#preferences.showsHidden);
  }

  async #removed(entry: Entry, name: string): Promise<void> {
    try {
      await api.remove(pathOf(entry), false);
    } catch (error) {
      if (!(error instanceof FileError) || error.status !== 409 || entry.kind !== "directory") throw error;
      const detail = "All that is in it is deleted too, and can't be brought back.";
      if (await confirm(`“${name}” is not empty`, detail, "Delete all")) await api.remove(pathOf(entry), true);
      this.#list.focus();
    }
  }

  #key(event: KeyboardEvent): void {
    if (document.querySelector("dialog[open]")) return;
    const isInList = event.target === this.#list.element || event.target === document.body;
    const command = commandOf(event, isInList);
    if (command && !event.defaultPrevented) {
      event.preventDefault();
      return this.#run(command);
    }
    // Before anything has the focus, the keys are the list's.
    if (event.target === document.body && this.#list.key(event)) this.#list.focus();
  }

  #tried<T>(work: Promise<T>): Promise<T | undefined> {
    return work.catch((error) => {
      this.#toast.show(error instanceof Error ? error.message : String(error));
      return undefined;
    });
  }
}
