// What the snippets take for granted.
export const ticks: unknown[] = [];

Object.assign(globalThis, {
  bigPayload: Array.from({ length: 1000 }, (_, index) => index),
  bigData: [1, 2, 3],
  processTick: (tick: unknown) => ticks.push(tick),
  data: { from: "main" },
});
