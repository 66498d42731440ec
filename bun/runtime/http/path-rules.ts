/** Which files below the bun root are anybody's business (`Protocol/README.md`, "path rules"). */

import { realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";

/** What a browser needs; sources and data are not among it. */
const EXTENSIONS = new Set(
  [
    "html htm js mjs css map json wasm txt xml md csv pdf webmanifest",
    "svg png jpg jpeg gif webp avif apng ico bmp jxl",
    "woff woff2 ttf otf eot",
    "mp3 m4a aac ogg oga opus wav flac weba mp4 m4v webm ogv mov vtt srt",
    "glb gltf bin obj mtl hdr ktx2 basis glsl frag vert wgsl lottie",
  ].join(" ").split(" "),
);

const PRIVATE_FILES = /^(?:keystone\..*|tsconfig.*\.json|package(?:-lock)?\.json|bun\.lockb?|deno\.jsonc?)$/i;
/** The app's hooks into the Bun process, in JavaScript. */
const HOST_FILE = /^host\.m?js$/i;

export class PathRules {
  readonly #privateFolders: ReadonlySet<string>;
  readonly #realRoot: string;

  /** @param privateFolders - top-level folders, relative to the root, beside those that are always private. */
  constructor(private readonly root: string, privateFolders: readonly string[]) {
    this.#realRoot = realpathSync(root);
    const always = ["data", "services", "workers"];
    this.#privateFolders = new Set([...always, ...privateFolders].map((folder) => normalised(folder)));
  }

  /** The real path of the file that `pathname` (of a URL, still encoded) stands for, or `undefined`: 404. */
  resolve(pathname: string): string | undefined {
    const segments = decodeSegments(pathname);
    if (!segments || !this.#allows(segments)) return undefined;
    const real = realFile(join(this.root, ...segments));
    if (real === undefined || !real.startsWith(this.#realRoot + sep)) return undefined;
    // A link may lead to a private place inside the root, under a harmless name.
    return this.#allows(real.slice(this.#realRoot.length + 1).split(sep)) ? real : undefined;
  }

  #allows(segments: readonly string[]): boolean {
    const name = segments.at(-1) ?? "";
    const extension = name.includes(".") ? name.slice(name.lastIndexOf(".") + 1).toLowerCase() : "";
    if (!EXTENSIONS.has(extension) || PRIVATE_FILES.test(name)) return false;
    if (segments.length === 1 && HOST_FILE.test(name)) return false;
    return segments.every((segment) => isPlain(segment)) && !this.#isPrivate(segments);
  }

  #isPrivate(segments: readonly string[]): boolean {
    let folder = "";
    for (const segment of segments.slice(0, -1)) {
      const lower = segment.toLowerCase();
      if (lower === "node_modules") return true;
      folder = folder === "" ? lower : `${folder}/${lower}`;
      if (this.#privateFolders.has(folder)) return true;
    }
    return false;
  }
}

/** Decoded once, segment by segment, so that an encoded slash stays inside its segment and is refused there. */
function decodeSegments(pathname: string): string[] | undefined {
  try {
    return pathname.replace(/^\//, "").split("/").map(decodeURIComponent);
  } catch {
    // Not valid percent-encoding: no file has such a name.
    return undefined;
  }
}

/** No dot file or folder (`..` among them), no separator, no control character. */
function isPlain(segment: string): boolean {
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  return segment !== "" && !segment.startsWith(".") && !/[\/\\\x00-\x1f\x7f]/.test(segment) && segment.length <= 255;
}

function realFile(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isFile() ? real : undefined;
  } catch {
    // It isn't there, or may not be read.
    return undefined;
  }
}

function normalised(folder: string): string {
  return folder.toLowerCase().replaceAll("\\", "/").replace(/^(?:\.?\/)+|\/+$/g, "");
}
