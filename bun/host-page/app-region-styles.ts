import { APP_REGION, appRegionOf, isAppRegionName, mentionsAppRegion, rewriteAppRegion } from "../lib/app-region.ts";

/** The names under which scripts set the property on a `style` object; React uses the one with a capital. */
const ATTRIBUTES = ["webkitAppRegion", "WebkitAppRegion", "appRegion", "-webkit-app-region", "app-region"];

/** Makes styles that scripts write through the CSS object model keep their app regions. */
export function patchStyleObjects(): void {
  patchDeclarations(CSSStyleDeclaration.prototype);
  patchSheets(CSSStyleSheet.prototype);
  for (const rule of [globalThis.CSSGroupingRule, globalThis.CSSStyleRule]) {
    if (rule && Object.hasOwn(rule.prototype, "insertRule")) patchInsertRule(rule.prototype as InsertsRules);
  }
}

function patchDeclarations(style: CSSStyleDeclaration): void {
  const { setProperty, getPropertyValue, removeProperty } = style;
  style.setProperty = function (name, value, priority) {
    return setProperty.call(this, isAppRegionName(name) ? APP_REGION : name, value, priority);
  };
  style.getPropertyValue = function (name) {
    return getPropertyValue.call(this, isAppRegionName(name) ? APP_REGION : name);
  };
  style.removeProperty = function (name) {
    return removeProperty.call(this, isAppRegionName(name) ? APP_REGION : name);
  };
  for (const name of ATTRIBUTES) {
    Object.defineProperty(style, name, {
      configurable: true,
      get(this: CSSStyleDeclaration) {
        return getPropertyValue.call(this, APP_REGION).trim();
      },
      set(this: CSSStyleDeclaration, value: unknown) {
        setProperty.call(this, APP_REGION, value === null ? "" : String(value));
      },
    });
  }
  const cssText = Object.getOwnPropertyDescriptor(style, "cssText");
  if (cssText?.set) {
    const set = cssText.set;
    Object.defineProperty(style, "cssText", {
      ...cssText,
      set(this: CSSStyleDeclaration, text: string) {
        set.call(this, rewriteAppRegion(String(text)));
      },
    });
  }
}

function patchSheets(sheet: CSSStyleSheet): void {
  patchInsertRule(sheet);
  const { replace, replaceSync } = sheet;
  sheet.replace = function (text) {
    return replace.call(this, rewriteAppRegion(String(text)));
  };
  sheet.replaceSync = function (text) {
    return replaceSync.call(this, rewriteAppRegion(String(text)));
  };
}

interface InsertsRules {
  insertRule(rule: string, index?: number): number;
}

function patchInsertRule(target: InsertsRules): void {
  const { insertRule } = target;
  target.insertRule = function (this: InsertsRules, rule, index) {
    return insertRule.call(this, rewriteAppRegion(String(rule)), index);
  };
}

/**
 * Mends what markup says: `<style>` elements and `style` attributes, for the elements of an event's path. Doing it when a
 * pointer goes down, instead of observing every change of the document, costs pages nothing while they work.
 */
export function mendMarkup(path: readonly EventTarget[]): void {
  for (const target of path) {
    if (target instanceof Element) mendAttribute(target);
    else if (target instanceof Document || target instanceof ShadowRoot) mendStyleElements(target);
  }
}

function mendAttribute(element: Element): void {
  const region = appRegionOf(element.getAttribute("style") ?? "");
  const style = (element as HTMLElement | SVGElement).style as CSSStyleDeclaration | undefined;
  // Setting the property writes the attribute anew, without the words that WebKit did not understand.
  if (region && style) style.setProperty(APP_REGION, region.value, region.important ? "important" : "");
}

function mendStyleElements(root: Document | ShadowRoot): void {
  for (const element of root.querySelectorAll("style")) {
    for (const node of element.childNodes) {
      if (!(node instanceof Text) || !mentionsAppRegion(node.data)) continue;
      const mended = rewriteAppRegion(node.data);
      if (mended !== node.data) node.data = mended;
    }
  }
}
