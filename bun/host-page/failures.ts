import { KeystoneError, toWireError } from "../lib/index.ts";
import type { BuildError, PageSignal } from "../sdk/protocol.ts";
import { BundleError } from "./bundle-error.ts";
import type { Overlay } from "./overlay.ts";
import { buildProblem, mountProblem } from "./problems.ts";
import type { Slot } from "./slot.ts";
import { mapStack, type SourceMap } from "./source-map.ts";

/** Tells the host and the person why a slot does not run: the bundler's reasons, or the error with its stack. */
export class Failures {
  readonly #overlay: Overlay;
  readonly #signal: (signal: PageSignal) => void;
  /** Slots that have failed since they last ran; an old failure that is explained late is not shown. */
  readonly #failed = new Map<Slot, unknown>();

  constructor(overlay: Overlay, signal: (signal: PageSignal) => void) {
    this.#overlay = overlay;
    this.#signal = signal;
  }

  async show(slot: Slot, thrown: unknown): Promise<void> {
    this.#failed.set(slot, thrown);
    const error = toWireError(thrown, { stack: !(thrown instanceof KeystoneError) });
    if (error.stack !== undefined) error.stack = await readableStack(error.stack);
    const { key, component } = slot;
    this.#signal({ type: "mountFailed", slot: key, component, error });
    if (this.#failed.get(slot) !== thrown) return;
    const problem = thrown instanceof BundleError
      ? buildProblem(component, thrown.errors)
      : mountProblem(component, error.message, error.stack);
    this.#overlay.show(slotKey(slot), problem);
  }

  /** The slot runs, or is gone. */
  clear(slot: Slot): void {
    this.#failed.delete(slot);
    this.#overlay.clear(slotKey(slot));
  }

  build(component: string, errors: BuildError[]): void {
    this.#overlay.show(buildKey(component), buildProblem(component, errors));
  }

  buildMended(component: string): void {
    this.#overlay.clear(buildKey(component));
  }
}

const slotKey = (slot: Slot) => `slot:${slot.key}`;
const buildKey = (component: string) => `build:${component}`;

/** A stack by the app's own files, without the frames of the host page. */
export function readableStack(stack: string): Promise<string> {
  const own = stack.split("\n").filter((line) => !line.includes(`${location.origin}${location.pathname}:`));
  return mapStack(own.join("\n"), fetchMap);
}

async function fetchMap(bundle: string): Promise<SourceMap> {
  const response = await fetch(`${bundle}.map`);
  if (!response.ok) throw new Error(`${bundle}.map: ${response.status}`);
  return await response.json();
}
