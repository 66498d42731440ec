import { pointer, type Problem, type ProblemButton, type ProblemDetail, problemText } from "./problems.ts";

/** A line at the foot of the page. */
export interface Banner {
  text: string;
  failed: boolean;
  button?: ProblemButton;
}

/**
 * What is wrong, over the page: a sheet with problems, and a line at the foot for the state of Bun. It lives in a shadow
 * root, so that neither an app's styles nor its own leak.
 */
export class Overlay {
  readonly #problems = new Map<string, Problem>();
  readonly #host = document.createElement("div");
  readonly #root = this.#host.attachShadow({ mode: "open" });
  readonly #banners = new Map<string, Banner>();

  constructor(css: string) {
    this.#host.dataset.keystoneOverlay = "";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.#root.adoptedStyleSheets = [sheet];
    addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.#problems.size === 0) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.#problems.clear();
      this.#render();
    }, { capture: true });
  }

  /** Shows a problem; one with the same key is replaced. */
  show(key: string, problem: Problem): void {
    this.#problems.set(key, problem);
    this.#render();
  }

  /** Takes a problem away, because it is mended. */
  clear(key: string): void {
    if (this.#problems.delete(key)) this.#render();
  }

  /** Takes away all problems whose keys begin with `prefix`. */
  clearAll(prefix: string): void {
    const keys = [...this.#problems.keys()].filter((key) => key.startsWith(prefix));
    for (const key of keys) this.#problems.delete(key);
    if (keys.length > 0) this.#render();
  }

  /** Shows a line at the foot of the page; `undefined` takes away the one with this key. */
  setBanner(key: string, banner: Banner | undefined): void {
    if (banner) this.#banners.set(key, banner);
    else if (!this.#banners.delete(key)) return;
    this.#render();
  }

  #render(): void {
    const parts: HTMLElement[] = [];
    if (this.#problems.size > 0) parts.push(this.#sheet());
    if (this.#banners.size > 0) {
      const foot = element("div", "foot");
      foot.append(...[...this.#banners.values()].map(bannerElement));
      parts.push(foot);
    }
    this.#root.replaceChildren(...parts);
    if (parts.length === 0) this.#host.remove();
    else if (!this.#host.isConnected) document.documentElement.append(this.#host);
  }

  #sheet(): HTMLElement {
    const backdrop = element("div", "backdrop");
    backdrop.setAttribute("role", "alert");
    const sheet = element("div", "sheet");
    for (const [key, problem] of this.#problems) sheet.append(this.#card(key, problem));
    sheet.append(element("p", "hint", "This goes away when the problem is mended. Escape hides it."));
    backdrop.append(sheet);
    return backdrop;
  }

  #card(key: string, problem: Problem): HTMLElement {
    const card = element("section", "problem");
    const header = element("header");
    const title = element("h1", "", problem.title);
    if (problem.subject) title.append(element("small", "", problem.subject));
    const copy = element("button", "", "Copy");
    copy.onclick = () => void copyText(problemText(problem)).then((done) => (copy.textContent = done));
    const dismiss = element("button", "", "Dismiss");
    dismiss.onclick = () => this.clear(key);
    header.append(title, ...problem.button ? [buttonElement(problem.button)] : [], copy, dismiss);
    card.append(header, ...problem.details.map(detailElement));
    return card;
  }
}

function bannerElement({ text, failed, button }: Banner): HTMLElement {
  const banner = element("div", failed ? "banner failed" : "banner", text);
  banner.setAttribute("role", "status");
  if (button) banner.append(buttonElement(button));
  return banner;
}

function buttonElement({ label, press }: ProblemButton): HTMLElement {
  const button = element("button", "", label);
  button.onclick = press;
  return button;
}

function detailElement(detail: ProblemDetail): HTMLElement {
  const box = element("div", "detail");
  if (detail.place) box.append(element("div", "place", detail.place));
  box.append(element("p", "message", detail.message));
  if (detail.source) box.append(element("pre", "", pointer(detail.source)));
  if (detail.stack) box.append(element("pre", "", detail.stack));
  return box;
}

/** What the button says afterwards. */
async function copyText(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied";
  } catch {
    return "Select the text to copy it";
  }
}

function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  className = "",
  text?: string,
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}
