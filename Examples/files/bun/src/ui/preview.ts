import { api, type Details } from "../client/files-api.ts";
import { type Entry, pathOf } from "../model/entry.ts";
import { type DateText, shown, sizeText } from "../model/text.ts";
import { h, icon } from "./dom.ts";

/** Of a text, as much as anybody looks at. */
const TEXT_BYTES = 64 << 10;
const IMAGE_BYTES = 24 << 20;
/** While one runs through a list, not every file on the way is read. */
const DELAY = 110;
const TEXTS = ["application/json", "application/xml"];

/** What is in the chosen file, and what is known of it. */
export class Preview {
  readonly element = h("aside", { class: "preview", "aria-label": "Preview" });
  readonly #dates: DateText;
  #loading: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #image: string | undefined;
  #entry: Entry | undefined;
  #folder = "";
  #shown: string | undefined;

  constructor(dates: DateText) {
    this.#dates = dates;
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  set isOpen(isOpen: boolean) {
    this.element.hidden = !isOpen;
    this.show(this.#entry);
  }

  /** The folder that is shown while nothing in it is chosen. */
  set folder(path: string) {
    this.#folder = path;
    this.show(undefined);
  }

  show(entry: Entry | undefined): void {
    this.#entry = entry;
    this.#stop();
    if (!this.isOpen) return;
    const path = entry ? pathOf(entry) : this.#folder;
    this.#timer = setTimeout(() => void this.#load(path), path === this.#shown ? 0 : DELAY);
  }

  close(): void {
    this.#stop();
    this.#release();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#loading?.abort();
  }

  async #load(path: string): Promise<void> {
    const { signal } = this.#loading = new AbortController();
    try {
      const details = await api.details(path, signal);
      const content = await this.#content(details, signal).catch((error) => message(String(error.message ?? error)));
      if (signal.aborted) return;
      this.#fill(content, details);
      this.#shown = path;
    } catch (error) {
      if (!signal.aborted) this.#fill(message(error instanceof Error ? error.message : String(error)));
    }
  }

  async #content({ path, type = "", size, kind }: Details, signal: AbortSignal): Promise<HTMLElement> {
    const plain = h("div", { class: "emblem" }, icon(kind));
    if (kind !== "file" || size === 0) return plain;
    if (type.startsWith("text/") || TEXTS.includes(type)) {
      const text = await (await api.content(path, TEXT_BYTES, signal)).text();
      return h("pre", { tabIndex: 0, dir: "auto", "aria-label": "Content" }, size > TEXT_BYTES ? `${text}\n…` : text);
    }
    if (!type.startsWith("image/") || size > IMAGE_BYTES) return plain;
    const image = h("img", { alt: "" });
    const address = URL.createObjectURL(await (await api.content(path, undefined, signal)).blob());
    image.src = address;
    try {
      await image.decode();
    } catch {
      URL.revokeObjectURL(address);
      return message("This picture can't be shown.");
    }
    if (signal.aborted) URL.revokeObjectURL(address);
    else this.#release(address);
    return h("div", { class: "picture" }, image);
  }

  #fill(content: HTMLElement, details?: Details): void {
    if (!content.querySelector("img")) this.#release();
    const facts = details && h("dl", {}, ...this.#facts(details));
    const heading = details && h("h2", { dir: "auto" }, shown(details.name));
    this.element.replaceChildren(...[content, heading, facts].filter((part) => part !== undefined));
  }

  #facts({ kind, size, type, modified, permissions, target }: Details): HTMLElement[] {
    const facts: [string, string | undefined][] = [
      ["Kind", kind === "directory" ? "Folder" : kind === "link" ? "Link" : type?.split(";")[0] ?? "Special file"],
      ["Leads to", target && shown(target)],
      ["Size", kind === "file" ? `${sizeText(size)}` : undefined],
      ["Modified", this.#dates.long(modified)],
      ["Permissions", permissions],
    ];
    return facts.flatMap(([name, value]) => value ? [h("div", {}, h("dt", {}, name), h("dd", {}, value))] : []);
  }

  /** Lets go of the picture that was shown before. */
  #release(next?: string): void {
    if (this.#image !== undefined) URL.revokeObjectURL(this.#image);
    this.#image = next;
  }
}

function message(text: string): HTMLElement {
  return h("p", { class: "message" }, text);
}
