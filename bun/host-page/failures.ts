import { KeystoneError, toWireError } from "../lib/index.ts";
import type { SourceMap } from "../lib/source-map.ts";
import type { BuildError, PageSignal, WireError } from "../sdk/protocol.ts";
import { BundleError } from "./bundle-error.ts";
import type { Overlay } from "./overlay.ts";
import { buildProblem, errorProblem } from "./problems.ts";
import type { Slot } from "./slot.ts";
import { loadedVersion } from "./slot-view.ts";
import { mapStack } from "./source-map.ts";

/** Uncaught errors that are shown at a time; they come in swarms, and the first ones say most. */
const MAX_UNCAUGHT = 3;

/**
 * Tells the host and the person why a slot does not run: the bundler's reasons, or the error with its stack. In
 * development it shows errors that nobody caught, too: they leave an empty page as easily.
 */
export class Failures {
  readonly #overlay: Overlay;
  readonly #signal: (signal: PageSignal) => void;
  readonly #development: boolean;
  /** Slots that have failed since they last ran; an old failure that is explained late is not shown. */
  readonly #failed = new Map<Slot, unknown>();
  /** The uncaught errors that are shown, by their message. */
  readonly #uncaught = new Set<string>();

  constructor(overlay: Overlay, signal: (signal: PageSignal) => void, development: boolean) {
    this.#overlay = overlay;
    this.#signal = signal;
    this.#development = development;
  }

  async show(slot: Slot, thrown: unknown): Promise<void> {
    this.#failed.set(slot, thrown);
    const error = await readable(thrown);
    const { key, component } = slot;
    this.#signal({ type: "mountFailed", slot: key, component, error });
    if (this.#failed.get(slot) !== thrown) return;
    const problem = thrown instanceof BundleError
      ? buildProblem(component, thrown.errors)
      : errorProblem("Component failed", component, error.message, error.stack);
    this.#overlay.show(slotKey(slot), problem);
  }

  /** The slot runs, or is gone. */
  clear(slot: Slot): void {
    this.#failed.delete(slot);
    this.#overlay.clear(slotKey(slot));
  }

  /** The `unmount` of a slot threw. */
  async unmount({ component }: Slot, thrown: unknown): Promise<void> {
    const { message, stack } = await readable(thrown);
    this.#signal({ type: "log", level: "error", message: `component "${component}": unmount: ${message}`, stack });
    this.#showUncaught("Unmount failed", component, message, stack);
  }

  /** An error that nobody caught; the host knows of it already. */
  uncaught({ name, message, stack }: WireError): void {
    this.#showUncaught("Uncaught error", "", `${name}: ${message}`, stack);
  }

  /** There is a new build of a component: what it complained of is the past, and so are errors of the code before it. */
  newBuild(component: string): void {
    this.#overlay.clear(buildKey(component));
    this.#uncaught.clear();
    this.#overlay.clearAll(UNCAUGHT);
  }

  build(component: string, errors: BuildError[]): void {
    this.#overlay.show(buildKey(component), buildProblem(component, errors));
  }

  /** Builds may have been mended while nobody said so; those that still fail are told again. */
  forgetBuilds(): void {
    this.#overlay.clearAll(BUILD);
  }

  #showUncaught(title: string, subject: string, message: string, stack: string | undefined): void {
    if (!this.#development || this.#uncaught.has(message) || this.#uncaught.size >= MAX_UNCAUGHT) return;
    this.#uncaught.add(message);
    this.#overlay.show(UNCAUGHT + message, errorProblem(title, subject, message, stack));
  }
}

const UNCAUGHT = "uncaught:";
const BUILD = "build:";
const slotKey = (slot: Slot) => `slot:${slot.key}`;
const buildKey = (component: string) => BUILD + component;

async function readable(thrown: unknown): Promise<WireError> {
  const error = toWireError(thrown, { stack: !(thrown instanceof KeystoneError) });
  if (error.stack !== undefined) error.stack = await readableStack(error.stack);
  return error;
}

/** A stack by the app's own files, without the frames of the host page. */
export function readableStack(stack: string): Promise<string> {
  const own = stack.split("\n").filter((line) => !line.includes(`${location.origin}${location.pathname}:`));
  return mapStack(own.join("\n"), fetchMap);
}

/** The map of the version that runs here, which the server may have a newer one of. */
async function fetchMap(bundle: string): Promise<SourceMap> {
  const { origin, pathname, searchParams } = new URL(bundle);
  const version = searchParams.get("t") ?? loadedVersion(pathname);
  const address = `${origin}${pathname}.map${version === undefined ? "" : `?t=${version}`}`;
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  return await response.json();
}
