/** Which answer belongs to which path. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { rewriteAppRegion } from "../../lib/index.ts";
import { ASSET_FOLDER } from "../bundling/asset-folder.ts";
import type { BundleResult } from "../bundling/bundle.ts";
import type { Bundler } from "../bundling/bundler.ts";
import { hashOf } from "../bundling/hash.ts";
import { isWorkerScript } from "../bundling/worker-scripts.ts";
import { failureText } from "../hmr/hot-components.ts";
import { didYouMean } from "../nearest.ts";
import type { Log } from "../wire/log.ts";
import { PathRules } from "./path-rules.ts";
import { bytes, file, json, plain } from "./respond.ts";

export interface RouteOptions {
  readonly root: string;
  /** The framework's `bun/` directory, with `dist/`. */
  readonly engineDir: string;
  readonly privateFolders: readonly string[];
  /** `undefined`: scripts are bundled already, and served as they are. */
  readonly bundler: Bundler | undefined;
  readonly log: Log;
}

export class Routes {
  readonly #rules: PathRules;
  /** The last failure that was logged, by component. */
  readonly #reported = new Map<string, string>();

  constructor(private readonly options: RouteOptions) {
    this.#rules = new PathRules(options.root, options.privateFolders);
  }

  async answer(request: Request, url: URL): Promise<Response> {
    if (request.method !== "GET" && request.method !== "HEAD") return plain(405, "only GET and HEAD are answered here");
    const { pathname } = url;
    if (pathname === "/__host__") return this.#engineFile(request, "host.html");
    if (pathname.startsWith("/__keystone__/")) {
      return this.#engineScript(request, pathname.slice("/__keystone__/".length));
    }
    if (pathname.startsWith(ASSET_FOLDER)) return this.#asset(request, pathname);
    return await this.#component(request, pathname) ?? this.#static(request, pathname);
  }

  /** A window that was opened for a component that isn't there: its page shows this. */
  #missingComponent(pathname: string): Response | undefined {
    const name = decoded(/^\/web\/([^/]+)\.js$/.exec(pathname)?.[1] ?? "");
    if (!name || !this.options.bundler) return undefined;
    this.options.bundler.miss(name);
    const hint = didYouMean(name, this.options.bundler.names());
    const message = `there is no component "${
      name.slice(0, 200)
    }": no such file in the web directory and no such entry in web.components.${hint}`;
    return json(404, { errors: [{ message }] });
  }

  #engineScript(request: Request, name: string): Response {
    return /^[\w-]+(?:\.[\w-]+)*\.js(?:\.map)?$/.test(name) ? this.#engineFile(request, name) : notFound();
  }

  #engineFile(request: Request, name: string): Response {
    const path = join(this.options.engineDir, "dist", name);
    if (existsSync(path)) return file(request, path);
    if (name !== "host.html") return notFound();
    return plain(500, `${path} is missing: run \`bun scripts/build-dist.ts\` in the framework's bun directory`);
  }

  #asset(request: Request, pathname: string): Response {
    const name = decoded(pathname.slice(ASSET_FOLDER.length));
    const content = name === undefined ? undefined : this.options.bundler?.file(name);
    if (name === undefined || content === undefined) return this.#static(request, pathname);
    // The name's hash is that of the code: a comment changes the map alone.
    const mayChange = name.endsWith(".map") || isWorkerScript(name);
    return mayChange ? bytes(request, content, name, hashOf(content)) : bytes(request, content, name, name, true);
  }

  /** `/web/NAME.js`, `.css` and `.js.map` of a component; `undefined` for any other path. */
  async #component(request: Request, pathname: string): Promise<Response | undefined> {
    const { bundler } = this.options;
    const match = /^\/web\/([^/]+?)(\.js|\.css|\.js\.map)$/.exec(pathname);
    const name = decoded(match?.[1] ?? "");
    if (!bundler || name === undefined || !bundler.has(name)) return undefined;
    if (match?.[2] === ".js.map") return this.#sourceMap(request, name);
    const result = await bundler.get(name);
    if (!result) return undefined;
    if (result.kind === "failure") {
      // The script's answer says what is wrong; the stylesheet that the page asks for beside it has nothing to add.
      if (match?.[2] === ".css" && isPageStylesheet(request)) return bytes(request, "", pathname, "empty");
      this.#report(name, failureText(name, result.errors));
      return json(500, { errors: result.errors });
    }
    this.#reported.delete(name);
    return this.#part(request, result, pathname, match?.[2] ?? "");
  }

  /** Logs a failure once, though the page asks again for the reasons. */
  #report(name: string, text: string): void {
    if (this.#reported.get(name) === text) return;
    this.#reported.set(name, text);
    this.options.log.error(text);
  }

  #part(
    request: Request,
    bundle: Exclude<BundleResult, { kind: "failure" }>,
    pathname: string,
    part: string,
  ): Response | undefined {
    if (part === ".js") return bytes(request, bundle.script, pathname, bundle.build);
    if (part === ".css") {
      if (bundle.style !== undefined) return bytes(request, bundle.style, pathname, bundle.styleHash ?? "");
      // The page asks for every component's stylesheet; a static file of the same name is not meant.
      return isPageStylesheet(request) ? bytes(request, "", pathname, "empty") : undefined;
    }
    return notFound();
  }

  async #sourceMap(request: Request, name: string): Promise<Response> {
    const { bundler } = this.options;
    const version = new URL(request.url).searchParams.get("t") ?? undefined;
    // A component that has never been built has no map; one that fails still has that of the code that pages run.
    await bundler?.get(name);
    const map = bundler?.sourceMap(name, version);
    return map === undefined ? notFound() : bytes(request, map, `${name}.js.map`, hashOf(map));
  }

  #static(request: Request, pathname: string): Response {
    const path = this.#rules.resolve(pathname);
    if (path === undefined) return this.#missingComponent(pathname) ?? notFound();
    return path.toLowerCase().endsWith(".css") ? stylesheet(request, path) : file(request, path);
  }
}

/** Whether the page asks for the stylesheet of a component, not for a static file that happens to have its name. */
function isPageStylesheet(request: Request): boolean {
  return new URL(request.url).searchParams.has("component");
}

/** A stylesheet that no bundler has seen may have drag regions too. */
function stylesheet(request: Request, path: string): Response {
  const css = readFileSync(path, "utf8");
  return css.includes("app-region") ? bytes(request, rewriteAppRegion(css), path, hashOf(css)) : file(request, path);
}

function notFound(): Response {
  return plain(404, "there is no such file");
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid percent-encoding: nothing has such a name.
    return undefined;
  }
}
