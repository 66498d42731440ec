// What `host.ts` takes for granted.
import { appendFileSync } from "node:fs";

Object.assign(globalThis, {
  myDbModule: { query: (args: { sql: string }) => `rows of ${args.sql}` },
  loadConfig: () => ({ theme: "plain" }),
  // A test looks for it after the end.
  flushPendingWrites: () => Promise.resolve(appendFileSync("flushed.txt", "flushed\n")),
});
