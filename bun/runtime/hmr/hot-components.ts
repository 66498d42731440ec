/** Rebuilds the components that a change concerns, and tells pages and the host. */

import type { HmrErrorMessage, HmrKind, HmrMessage } from "../../sdk/protocol.ts";
import type { Bundle, BundleFailure } from "../bundling/bundle.ts";
import type { Bundler, Rebuilt } from "../bundling/bundler.ts";
import { scriptUrl, styleUrl } from "../bundling/component.ts";
import type { Channels } from "../pages/channels.ts";
import type { HostOutput } from "../wire/host-output.ts";
import type { Log } from "../wire/log.ts";

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
    const names = concernsEverything(files) ? this.bundler.built() : this.bundler.concernedBy(files);
    await Promise.all(names.map((name) => this.#rebuild(name)));
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

  #tellFailure(name: string, { errors }: BundleFailure): void {
    const message: HmrErrorMessage = { type: "__hmr_error__", component: name, errors: [...errors] };
    const text = JSON.stringify(message);
    if (this.#toldFailures.get(name) === text) return;
    this.#toldFailures.set(name, text);
    this.channels.broadcast(text);
    this.log.error(failureText(name, errors));
  }
}

export function failureText(name: string, errors: BundleFailure["errors"]): string {
  const lines = errors.map(({ file, line, column, message }) =>
    file === undefined ? message : `${file}:${line ?? 0}:${column ?? 0}: ${message}`
  );
  return `component "${name}" can't be bundled:\n${lines.join("\n")}`;
}

/** A component that is mended is swapped even if it is what it was: pages may show nothing of it, or an error. */
function kindOf({ before, wasFailing }: Rebuilt, after: Bundle): HmrKind | undefined {
  if (!before || wasFailing || before.scriptHash !== after.scriptHash) return "js";
  return before.styleHash === after.styleHash ? undefined : "css";
}

function hmrMessage(component: string, kind: HmrKind, bundle: Bundle): HmrMessage {
  const message: HmrMessage = {
    type: "__hmr__",
    component,
    kind,
    url: `${scriptUrl(component)}?t=${bundle.scriptHash}`,
    hash: bundle.scriptHash,
  };
  if (bundle.styleHash !== undefined) message.css = `${styleUrl(component)}?t=${bundle.styleHash}`;
  return message;
}

/** The compiler's settings and the packages' names are in no bundle's inputs. */
function concernsEverything(files: ReadonlySet<string>): boolean {
  for (const file of files) if (/\/(?:tsconfig[^/]*|package)\.json$/.test(file)) return true;
  return false;
}
