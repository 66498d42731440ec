import type { Kind } from "../model/entry.ts";

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
  back: "M14 6l-6 6 6 6",
  forward: "M10 6l6 6-6 6",
  up: "M6 13l6-6 6 6M12 7v11",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM20 20l-4-4",
  close: "M7 7l10 10M17 7L7 17",
  hidden: "M3 12s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z",
  preview: "M4 5h16v14H4zM14 5v14M16.5 9h1.5M16.5 12h1.5",
  keyboard: "M4 7h16v10H4zM7 10h.01M10 10h.01M13 10h.01M17 10h.01M8 14h8",
  home: "M4 11l8-7 8 7M6.5 9.5V20h11V9.5",
  trash: "M5 7h14M10 4h4M7 7l1 12a1 1 0 0 0 1 1h6a1 1 0 0 0 1-1l1-12M10.5 11v5M13.5 11v5",
  rename: "M4 20h4L19 9l-4-4L4 16zM13 7l4 4",
  directory: "M3.5 6.5a1 1 0 0 1 1-1h5l2 2.5h8a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-15a1 1 0 0 1-1-1z",
  file: "M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5",
  link:
    "M10 14a4 4 0 0 0 6 .4l2.4-2.4a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4L5.6 12a4 4 0 0 0 5.7 5.7L12.5 16.5",
  other: "M12 4l8 4.500v7L12 20l-8-4.500v-7zM4 8.500l8 4.5 8-4.500M12 13v7",
} as const satisfies Record<Kind, string> & Record<string, string>;

export type IconName = keyof typeof ICONS;

export function icon(name: IconName): SVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.append(path);
  setIcon(svg, name);
  return svg;
}

/** Gives an icon another shape. */
export function setIcon(svg: SVGElement, name: IconName): void {
  if (svg.dataset.name === name) return;
  svg.dataset.name = name;
  svg.setAttribute("class", `icon icon-${name}`);
  svg.firstElementChild!.setAttribute("d", ICONS[name]);
}

/** A button that is only an icon: its label is what assistive technology reads and what the pointer shows. */
export function iconButton(name: IconName, label: string, onclick: () => void, shortcut?: string): HTMLButtonElement {
  const title = shortcut ? `${label}  (${shortcut})` : label;
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title, onclick }, icon(name));
}

/** A text with every place of a searched one marked, without regard to capitals. */
export function marked(text: string, searched: string): (Node | string)[] {
  const [folded, wanted] = [text.toLowerCase(), searched.toLowerCase()];
  // Where a small letter has another length, the places would not fit.
  if (wanted === "" || folded.length !== text.length) return [text];
  const parts: (Node | string)[] = [];
  let at = 0;
  for (let next = folded.indexOf(wanted); next >= 0; next = folded.indexOf(wanted, at)) {
    parts.push(text.slice(at, next), h("mark", {}, text.slice(next, next + wanted.length)));
    at = next + wanted.length;
  }
  return [...parts, text.slice(at)].filter((part) => part !== "");
}
