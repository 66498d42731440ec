import { afterEach, expect, test } from "bun:test";
import { App } from "../testing/app.ts";
import { PendingCalls } from "./pending-calls.ts";

let app: App | undefined;
afterEach(() => app?.dispose());

const DEFINE = `import { defineService } from "@keystone/sdk/service";\n`;
const CONFIG = `export default { watch: { debounceMs: 20 } };`;
/** A service whose start takes a while and may ask others. */
const slow = (name: string, init = "") =>
  `${DEFINE}let first; export default defineService("${name}").query(() => ["${name}", first])
    .build(async (svc) => { await Bun.sleep(30); ${init} });`;

test("a ring of pending calls is found, and forgotten when they end", () => {
  const calls = new PendingCalls();
  const ends = [calls.begin("a", "b"), calls.begin("a", "b"), calls.begin("b", "c")];
  expect([calls.lead("a", "c"), calls.lead("c", "a"), calls.lead("x", "x")]).toEqual([true, false, true]);
  ends[0]?.();
  expect(calls.lead("a", "c")).toBe(true);
  ends[1]?.();
  expect(calls.lead("a", "c")).toBe(false);
  ends[2]?.();
  expect(calls.lead("b", "c")).toBe(false);
});

test("a service that asks another one in its start waits until that one is up, whatever their order", async () => {
  app = await App.start({
    "services/a.ts": slow("a", `first = await svc.call("b");`),
    "services/b.ts": slow("b", `first = await svc.call("c");`),
    "services/c.ts": slow("c"),
  });
  expect(await app.query("a")).toEqual(["a", ["b", ["c", null]]]);
});

test("services that ask each other in their starts don't wait for ever", async () => {
  const begin = performance.now();
  app = await App.start({
    "services/a.ts": slow("a", `first = await svc.call("b");`),
    "services/b.ts": slow("b", `first = await svc.call("a");`),
    "services/self.ts": slow("self", `first = await svc.call("self");`),
  });
  expect(performance.now() - begin).toBeLessThan(3000);
  const names = (await Promise.all(["a", "b", "self"].map((name) => app?.query(name)))).map((answer) =>
    (answer as string[])[0]
  );
  expect(names).toEqual(["a", "b", "self"]);
});

test("questions in the middle of a reload are answered by the new version or the old, never by one that was stopped", async () => {
  const count = 30;
  const version = (index: number, number: number) =>
    `${DEFINE}import "../lib/shared"; let up = false; export default defineService("s${index}").query(() => [${number}, up])
      .onStop(() => { up = false; }).build(async () => { await Bun.sleep(1); up = true; });`;
  const files = (number: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`services/s${index}.ts`, version(index, number)]));
  app = await App.start({ "keystone.config.ts": CONFIG, "lib/shared.ts": "", ...files(0) });
  const running = app;
  for (let number = 1; number <= 3; number++) {
    for (const [file, content] of Object.entries(files(number))) app.write(file, content);
    const newest = new Set<number>();
    while (newest.size < count) {
      await Promise.all(Array.from({ length: count }, async (_, index) => {
        const [answered, isUp] = await running.query(`s${index}`) as [number, boolean];
        expect([index, isUp]).toEqual([index, true]);
        if (answered === number) newest.add(index);
      }));
    }
  }
});

test("a service's own questions wait for a reload, too", async () => {
  app = await App.start({
    "keystone.config.ts": CONFIG,
    "services/asked.ts": `export const query = () => 0;`,
    "services/asks.ts": `${DEFINE}export default defineService("asks").query(async (wanted, svc) => {
      let asked = 0; for (let answer; (answer = await svc.call("asked")) !== wanted; asked++) await Bun.sleep(0); return asked > 0; }).build();`,
  });
  const answer = app.query("asks", 1);
  app.write(
    "services/asked.ts",
    `await Bun.sleep(30); export const start = () => Bun.sleep(30); export const query = () => 1;`,
  );
  expect(await answer).toBe(true);
});
