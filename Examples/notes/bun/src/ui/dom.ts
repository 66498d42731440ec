type Child = Node | string | undefined | false;
type Properties = Record<string, unknown>;

/**
 * Makes an element. Properties that begin with `on` are listeners, `class` and names with a dash are attributes, the others
 * are the element's own.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  properties: Properties = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value as EventListener);
    else if (name === "class" || name === "role" || name.includes("-")) element.setAttribute(name, String(value));
    else (element as unknown as Properties)[name] = value;
  }
  element.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return element;
}

const ICONS = {
  new: "M12 5v14M5 12h14",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  pin: "M9 4h6l-1 6 4 4H6l4-4zM12 14v6",
  popOut: "M14 5h5v5M19 5l-8 8M17 14v4a1 1 0 0 1-1 1H6a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h4",
  trash: "M5 7h14M10 4h4M7 7l1 12a1 1 0 0 0 1 1h6a1 1 0 0 0 1-1l1-12M10.5 11v5M13.5 11v5",
  close: "M7 7l10 10M17 7L7 17",
  back: "M14 6l-6 6 6 6",
  note: "M6 4h9l4 4v12H6zM15 4v4h4M9 12h7M9 16h5",
  keyboard: "M4 7h16v10H4zM7 10h.01M10 10h.01M13 10h.01M17 10h.01M8 14h8",
} as const;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A button that is only an icon: its label is what assistive technology reads and what the pointer shows. */
export function iconButton(name: IconName, label: string, onclick: () => void, shortcut?: string): HTMLButtonElement {
  const title = shortcut ? `${label}  (${shortcut})` : label;
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title, onclick }, icon(name));
}

/** A text with the words of a search marked; `folded` is the text as the search sees it, unit for unit. */
export function marked(text: string, folded: string, words: readonly string[]): (Node | string)[] {
  const parts: (Node | string)[] = [];
  let at = 0;
  while (at < text.length) {
    const next = words
      .map((word) => ({ word, place: folded.indexOf(word, at) }))
      .filter(({ place }) => place >= 0)
      .sort((a, b) => a.place - b.place || b.word.length - a.word.length)[0];
    if (!next) break;
    const end = next.place + next.word.length;
    parts.push(text.slice(at, next.place), h("mark", {}, text.slice(next.place, end)));
    at = end;
  }
  parts.push(text.slice(at));
  return parts;
}
