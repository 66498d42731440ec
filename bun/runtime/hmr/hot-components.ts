/** Rebuilds the components that a change concerns, and tells pages and the host. */

import type { HmrErrorMessage, HmrKind, HmrMessage } from "../../sdk/protocol.ts";
import type { Bundle, BundleFailure } from "../bundling/bundle.ts";
import type { Bundler, ListChange, Rebuilt } from "../bundling/bundler.ts";
import { scriptUrl, styleUrl } from "../bundling/component.ts";
import type { Channels } from "../pages/channels.ts";
import type { HostOutput } from "../wire/host-output.ts";
import type { Log } from "../wire/log.ts";

/** Builds at a time. Each uses several threads by itself, and memory. */
const MAX_BUILDS = 4;

export class HotComponents {
  /** By component; a failing one is tried on every save, and the same fault is told once. */
  readonly #toldFailures = new Map<string, string>();

  constructor(
    private readonly bundler: Bundler,
    private readonly channels: Channels,
    private readonly output: HostOutput,
    private readonly log: Log,
  ) {}

  async filesChanged(files: ReadonlySet<string>): Promise<void> {
    const names = concernsEverything(files) ? this.bundler.wanted() : this.bundler.concernedBy(files);
    await this.#rebuildAll(names);
  }

  /** Component files came and went; pages may show some of them. */
  async listChanged({ gone, returned }: ListChange): Promise<void> {
    for (const name of gone) {
      const message = `the file of component "${name}" is gone; was it renamed? What it showed last stays`;
      this.#tellFailure(name, { kind: "failure", errors: [{ message }] });
    }
    await this.#rebuildAll(returned);
  }

  /** Tells a page that was away which of the components that it runs are other ones by now. */
  async catchUp(builds: ReadonlyMap<string, string>, send: (text: string) => void): Promise<void> {
    for (const [name, build] of builds) {
      const result = await this.bundler.get(name);
      if (result?.kind === "failure") send(JSON.stringify(errorMessage(name, result)));
      else if (result && result.build !== build) {
        send(JSON.stringify(hmrMessage(name, kindOfBuilds(build, result), result)));
      }
    }
  }

  async #rebuildAll(names: readonly string[]): Promise<void> {
    const waiting = [...names];
    const worker = async () => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) await this.#rebuild(name);
    };
    await Promise.all(Array.from({ length: MAX_BUILDS }, worker));
  }

  async #rebuild(name: string): Promise<void> {
    const startedAt = performance.now();
    const rebuilt = await this.bundler.rebuild(name);
    if (!rebuilt) return;
    if (rebuilt.after.kind === "failure") return this.#tellFailure(name, rebuilt.after);
    this.#toldFailures.delete(name);
    const kind = kindOf(rebuilt, rebuilt.after);
    if (kind === undefined) return;
    this.channels.broadcast(JSON.stringify(hmrMessage(name, kind, rebuilt.after)));
    this.output.send({ type: "hmr", component: name, kind });
    this.log.debug(`component "${name}" was rebuilt (${kind}) in ${(performance.now() - startedAt).toFixed(1)} ms`);
  }

  #tellFailure(name: string, failure: BundleFailure): void {
    const text = JSON.stringify(errorMessage(name, failure));
    if (this.#toldFailures.get(name) === text) return;
    this.#toldFailures.set(name, text);
    this.channels.broadcast(text);
    this.log.error(failureText(name, failure.errors));
  }
}

export function failureText(name: string, errors: BundleFailure["errors"]): string {
  const lines = errors.map(({ file, line, column, message }) =>
    file === undefined ? message : `${file}:${line ?? 0}:${column ?? 0}: ${message}`
  );
  return `component "${name}" can't be bundled:\n${lines.join("\n")}`;
}

function errorMessage(component: string, { errors }: BundleFailure): HmrErrorMessage {
  return { type: "__hmr_error__", component, errors: [...errors] };
}

/** A component that is mended is swapped even if it is what it was: pages may show nothing of it, or an error. */
function kindOf({ before, wasFailing }: Rebuilt, after: Bundle): HmrKind | undefined {
  if (!before || wasFailing || before.scriptHash !== after.scriptHash) return "js";
  return before.styleHash === after.styleHash ? undefined : "css";
}

/** What a page must swap that runs `build`. */
function kindOfBuilds(build: string, { scriptHash }: Bundle): HmrKind {
  return build.split("-", 1)[0] === scriptHash ? "css" : "js";
}

function hmrMessage(component: string, kind: HmrKind, bundle: Bundle): HmrMessage {
  const message: HmrMessage = {
    type: "__hmr__",
    component,
    kind,
    url: `${scriptUrl(component)}?t=${bundle.scriptHash}`,
    hash: bundle.scriptHash,
    build: bundle.build,
  };
  if (bundle.styleHash !== undefined) message.css = `${styleUrl(component)}?t=${bundle.styleHash}`;
  return message;
}

/** The compiler's settings and the packages' names are in no bundle's inputs. */
function concernsEverything(files: ReadonlySet<string>): boolean {
  for (const file of files) if (/\/(?:tsconfig[^/]*|package)\.json$/.test(file)) return true;
  return false;
}
