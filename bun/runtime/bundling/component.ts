/** Which web components an app has. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import type { ResolvedConfig } from "../../sdk/config.ts";
import type { ComponentInfo } from "../../sdk/protocol.ts";
import { isComponentName } from "../config/schema.ts";
import { didYouMean } from "../nearest.ts";
import { realpathOf } from "../real-path.ts";

const SCRIPT = /\.(?:ts|tsx|js|jsx)$/;
const NOT_A_COMPONENT = /(?:\.d|\.test|\.spec)\.[a-z]+$/;

export interface Component {
  readonly name: string;
  /** Absolute path of the entry file. */
  readonly entry: string;
  readonly isExplicit: boolean;
}

export interface Components {
  readonly byName: ReadonlyMap<string, Component>;
  readonly warnings: readonly string[];
}

/** The components of `web.components` and the script files of `web.dir`; the former win. */
export function discoverComponents(root: string, web: ResolvedConfig["web"]): Components {
  const byName = new Map<string, Component>();
  const warnings: string[] = [];
  for (const [name, file] of Object.entries(web.components)) {
    byName.set(name, { name, entry: resolve(root, file), isExplicit: true });
  }
  for (const entry of scriptsIn(join(root, web.dir))) {
    const name = basename(entry).replace(SCRIPT, "");
    const known = byName.get(name);
    if (!isComponentName(name)) {
      warnings.push(`${entry} can't be a component: its name may hold letters, digits, "_", "-", "." and "@"`);
    } else if (!known) {
      byName.set(name, { name, entry, isExplicit: false });
    } else if (!known.isExplicit) {
      warnings.push(`component "${name}" has two files; ${known.entry} is used, ${entry} is not`);
    }
  }
  return { byName, warnings };
}

/** May a change of these files have added or removed a component? Looking costs time in an app of many. */
export function mayConcernList(files: ReadonlySet<string>, root: string, web: ResolvedConfig["web"]): boolean {
  const directory = join(root, web.dir);
  const places = [directory, realpathOf(directory)];
  for (const file of files) {
    const parent = dirname(file);
    if (places.some((place) => place === parent || place === file || place?.startsWith(`${file}/`))) return true;
  }
  return false;
}

/** What is wrong with a component's entry file, if it is not there. */
export function missingEntry(component: Component): string | undefined {
  if (statSync(component.entry, { throwIfNoEntry: false })?.isFile()) return undefined;
  const directory = dirname(component.entry);
  const siblings = existsSync(directory) ? readdirSync(directory) : [];
  const hint = didYouMean(basename(component.entry), siblings);
  const place = component.isExplicit ? `web.components["${component.name}"] in the configuration` : "the web directory";
  return `the entry file ${component.entry} of component "${component.name}" (${place}) is not there.${hint}`;
}

/**
 * What the host is told. Whether a component has a stylesheet is only known once it is bundled, so every one gets an
 * address; with `?component` it is empty where there is none.
 */
export function componentInfo(components: ReadonlyMap<string, Component>): ComponentInfo[] {
  return [...components.keys()].sort().map((name) => ({
    name,
    url: scriptUrl(name),
    css: `${styleUrl(name)}?component`,
  }));
}

export const scriptUrl = (name: string): string => `/web/${encodeURIComponent(name)}.js`;
export const styleUrl = (name: string): string => `/web/${encodeURIComponent(name)}.css`;

function scriptsIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const names = readdirSync(directory, { withFileTypes: true })
    .filter((item) => !item.isDirectory() && !item.name.startsWith("."))
    .map((item) => item.name)
    .filter((name) => SCRIPT.test(name) && !NOT_A_COMPONENT.test(name));
  return names.sort(byPreference).map((name) => join(directory, name));
}

/** A source before what may have been compiled from it. */
function byPreference(a: string, b: string): number {
  const order = [".ts", ".tsx", ".jsx", ".js"];
  const rank = (name: string) => order.indexOf(name.slice(name.lastIndexOf(".")));
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
