import type { BunStateEvent } from "../sdk/protocol.ts";

/** The line at the foot of the page for a state of Bun; `undefined` where there is nothing to say. */
export function bunBanner(event: BunStateEvent): { text: string; failed: boolean } | undefined {
  if (event.state === "ready") return undefined;
  if (event.state === "restarting") {
    const attempt = event.attempt && event.attempt > 1 ? ` (attempt ${event.attempt})` : "";
    return { text: `The app's services (Bun) have stopped and are starting again${attempt} …`, failed: false };
  }
  const why = event.message ? ` ${event.message}` : "";
  return {
    text: `The app's services (Bun) have failed and will not be started again.${why} Restart the app to go on.`,
    failed: true,
  };
}
