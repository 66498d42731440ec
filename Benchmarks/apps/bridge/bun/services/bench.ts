import { defineService } from "@keystone/sdk/service";

let arrivals: number[] = [];

/** Echoes; `{ push: N }` pushes N messages; `{ intervals: true }` answers with the milliseconds between the calls so far. */
export default defineService("bench")
  .query((args: { push?: number; intervals?: boolean } | undefined, context) => {
    if (args?.intervals) {
      const intervals = arrivals.slice(1).map((time, index) => time - (arrivals[index] ?? time));
      arrivals = [];
      return intervals;
    }
    arrivals.push(performance.now());
    if (args?.push) {
      for (let index = 0; index < args.push; index++) context.push("bench:push", { index, text: "hello" });
      arrivals = [];
    }
    return args;
  })
  .build();
