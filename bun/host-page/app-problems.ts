import type { PageSignal, ProblemsEvent } from "../sdk/protocol.ts";
import type { Overlay } from "./overlay.ts";
import { compilerProblem, pluginProblem, type Problem } from "./problems.ts";

/** Shows what the host tells is wrong with the app's Swift, and takes away what is no longer. */
export class AppProblems {
  readonly #overlay: Pick<Overlay, "show" | "clear" | "setBanner">;
  readonly #signal: (signal: PageSignal) => void;
  /** What the host has told last, by key: what is dismissed stays so until there is something new to say. */
  #told = new Map<string, string>();

  constructor(overlay: Pick<Overlay, "show" | "clear" | "setBanner">, signal: (signal: PageSignal) => void) {
    this.#overlay = overlay;
    this.#signal = signal;
  }

  show({ builds, plugins, hanging, restart }: ProblemsEvent): void {
    this.#showAll([
      ...builds.map((build): [string, Problem] => [`swift:${build.module}`, compilerProblem(build)]),
      ...plugins.map((plugin): [string, Problem] => [
        `plugin:${plugin.file}`,
        pluginProblem(plugin, () => this.#signal({ type: "retryPlugin", name: plugin.name })),
      ]),
    ]);
    this.#overlay.setBanner(
      "hanging",
      hanging.length === 0 ? undefined : { text: hanging.join("\n"), failed: false },
    );
    this.#overlay.setBanner(
      "restart",
      restart === undefined ? undefined : {
        text: restart,
        failed: false,
        button: { label: "Restart", press: () => this.#signal({ type: "restart" }) },
      },
    );
  }

  #showAll(problems: [string, Problem][]): void {
    const before = this.#told;
    this.#told = new Map(problems.map(([key, problem]) => [key, JSON.stringify(problem)]));
    for (const key of before.keys()) if (!this.#told.has(key)) this.#overlay.clear(key);
    for (const [key, problem] of problems) {
      if (before.get(key) !== this.#told.get(key)) this.#overlay.show(key, problem);
    }
  }
}
