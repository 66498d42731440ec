/**
 * `-webkit-app-region`, which WebKitGTK drops while it parses: the same value goes into a custom property, which WebKit
 * keeps, cascades and inherits, so that a `no-drag` button inside a `drag` bar is what a stylesheet's author expects.
 */
export const APP_REGION = "--ks-app-region";

// Comments, strings and addresses are matched first, to be left alone; so is a declaration that has its twin already.
const DECLARATION =
  /\/\*[\s\S]*?(?:\*\/|$)|"(?:\\[\s\S]|[^"\\])*(?:"|$)|'(?:\\[\s\S]|[^'\\])*(?:'|$)|url\([^)"']*\)|(?<![\w(-])((?:-webkit-)?app-region)\s*:\s*([\w-]+)(\s*!\s*important)?(?!\s*!?[\w\s]*;\s*--ks-app-region)(?=\s*(?:[;}]|$|\/\*))/gi;

/** Whether a text is worth a look. */
export function mentionsAppRegion(css: string): boolean {
  return /app-region/i.test(css);
}

/** Adds the custom property behind each declaration of `-webkit-app-region` or `app-region`. Idempotent. */
export function rewriteAppRegion(css: string): string {
  if (!mentionsAppRegion(css)) return css;
  return css.replace(DECLARATION, (whole, name: string | undefined, value: string, important = "") => {
    return name === undefined ? whole : `${whole};${APP_REGION}:${value}${important}`;
  });
}

/** The value that the declarations of a `style` attribute give the region; `undefined` where they give none. */
export function appRegionOf(declarations: string): { value: string; important: boolean } | undefined {
  if (!mentionsAppRegion(declarations)) return undefined;
  let found: { value: string; important: boolean } | undefined;
  for (const [, name, value, important] of declarations.matchAll(DECLARATION)) {
    if (name !== undefined) found = { value, important: important !== undefined };
  }
  return found;
}

/** Whether a CSS property's name, dashed or as a DOM attribute, is the app region's. */
export function isAppRegionName(name: string): boolean {
  return /^(?:-webkit-)?app-region$/i.test(name);
}
