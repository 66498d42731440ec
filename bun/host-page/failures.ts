import { KeystoneError, toWireError } from "../lib/index.ts";
import type { BuildError } from "../sdk/protocol.ts";
import type { Overlay } from "./overlay.ts";
import { buildProblem, mountProblem, type Problem } from "./problems.ts";
import type { Slot } from "./slot.ts";
import { mapStack, type SourceMap } from "./source-map.ts";

/** Shows why a slot does not run: what the bundler said where the bundle is missing, else the error, with its stack. */
export class Failures {
  readonly #overlay: Overlay;
  /** Slots that have failed since they last ran; a slow explanation of an old failure is not shown. */
  readonly #failed = new Map<Slot, unknown>();

  constructor(overlay: Overlay) {
    this.#overlay = overlay;
  }

  async show(slot: Slot, error: unknown, url: string): Promise<void> {
    this.#failed.set(slot, error);
    const problem = await explain(slot.component, error, url);
    if (this.#failed.get(slot) === error) this.#overlay.show(overlayKey(slot), problem);
  }

  mended(slot: Slot): void {
    this.#failed.delete(slot);
    this.#overlay.clear(overlayKey(slot));
    this.#overlay.clear(buildKey(slot.component));
  }

  build(component: string, errors: BuildError[]): void {
    this.#overlay.show(buildKey(component), buildProblem(component, errors));
  }

  buildMended(component: string): void {
    this.#overlay.clear(buildKey(component));
  }
}

const overlayKey = (slot: Slot) => `slot:${slot.key}`;
const buildKey = (component: string) => `build:${component}`;

async function explain(component: string, error: unknown, url: string): Promise<Problem> {
  const answer = await buildErrors(url);
  if (answer) return buildProblem(component, answer);
  const { message, stack } = toWireError(error, { stack: true });
  if (error instanceof KeystoneError || !stack) return mountProblem(component, message);
  return mountProblem(component, message, await mapStack(stack, fetchMap));
}

/** What the server says about a bundle that it could not make. */
async function buildErrors(url: string): Promise<BuildError[] | undefined> {
  try {
    const response = await fetch(url);
    if (response.ok) return undefined;
    const body = await response.text();
    if (!response.headers.get("content-type")?.includes("json")) {
      return [{ message: `${url}: the server answered ${response.status} ${body.slice(0, 200)}` }];
    }
    const { errors } = JSON.parse(body) as { errors?: unknown };
    return Array.isArray(errors) ? errors : [{ message: `${url}: the server answered ${response.status}` }];
  } catch (cause) {
    return [{ message: `${url} could not be loaded: ${toWireError(cause).message}` }];
  }
}

async function fetchMap(bundle: string): Promise<SourceMap> {
  const response = await fetch(`${bundle}.map`);
  if (!response.ok) throw new Error(`${bundle}.map: ${response.status}`);
  return await response.json();
}
