// What `host.ts` takes for granted.
import { appendFileSync } from "node:fs";
import { defineHost } from "@keystone/sdk/host";

Object.assign(globalThis, {
  defineHost,
  openDatabase: () =>
    Promise.resolve({
      query: (sql: string) => [`row of ${sql}`],
      close: () => appendFileSync("closed.txt", "closed\n"),
    }),
});
