import type { PageSignal, SourcesEvent } from "../sdk/protocol.ts";
import type { Overlay } from "./overlay.ts";
import { compilerProblem } from "./problems.ts";

const PREFIX = "swift:";

/** Shows what is wrong with the app's Swift sources, and takes away what is no longer. */
export function showSources(
  { builds, restart }: SourcesEvent,
  overlay: Pick<Overlay, "show" | "clearAll" | "setBanner">,
  signal: (signal: PageSignal) => void,
): void {
  overlay.clearAll(PREFIX);
  for (const build of builds) overlay.show(PREFIX + build.module, compilerProblem(build));
  overlay.setBanner(
    "restart",
    restart === undefined ? undefined : {
      text: restart,
      failed: false,
      button: { label: "Restart", press: () => signal({ type: "restart" }) },
    },
  );
}
