import { expect, test } from "bun:test";
import { App } from "../testing/app.ts";

/** The compiled code of old versions goes every 64 modules; two modules a reload make that 32 reloads. */
const CYCLE = 32;

const filler = Array.from(
  { length: 100 },
  (_, index) => `export function f${index}(a: number) { return a + ${index}; }`,
)
  .join("\n");

/** A service that uses all that a service can register, and leaves a timer behind. */
const service = (version: number) => `
  import { defineService } from "@keystone/sdk/service";
  import { part } from "./part";
  globalThis.stops ??= 0;
  globalThis.ticking ??= new Set();
  const ballast = new Array(1000).fill(${version});
  export default defineService("busy")
    .query(() => [part, ballast[0]])
    .handle("busy:do", () => ${version})
    .onAction((action, svc) => svc.push("acted", ${version}))
    .every(5, () => { globalThis.ticking.add(${version}); })
    .health(() => ({ ok: true }))
    .onStop(() => { globalThis.stops++; })
    .build((svc) => {
      svc.ctx.onWebMessage("busy", () => svc.push("web", ${version}));
      svc.ctx.onHostPush("busy:push", () => svc.push("heard", ${version}));
      svc.ipc.worker("w").on("busy:relay", () => svc.push("relayed", ${version}));
    });
  ${filler}`;

interface Measured {
  readonly heap: number;
  readonly objects: number;
  readonly timers: number;
  readonly rss: number;
}

const MEASURE = `import("bun:jsc").then(({ heapStats }) => new Promise((done) => setTimeout(() => {
  Bun.gc(true);
  const { heapSize, objectCount, objectTypeCounts } = heapStats();
  done({ heap: heapSize, objects: objectCount, timers: objectTypeCounts.Timeout ?? 0, rss: process.memoryUsage.rss() });
}, 20)))`;

test("256 reloads leave one version: its handlers, its timer, its memory", async () => {
  const app = await App.start({
    "keystone.config.ts": `export default { watch: { debounceMs: 1 } };`,
    "services/busy/index.ts": service(0),
    "services/busy/part.ts": `export const part = crypto.randomUUID();\n${filler}`,
  });
  const reload = async (version: number) => {
    // One file in one step, so that it is one reload; the other one is evaluated anew with it.
    app.writeAtomically("services/busy/index.ts", service(version));
    await app.log(/reloaded .*"busy"/);
  };
  const measured = () => app.ask({ type: "eval", code: MEASURE }) as Promise<Measured>;
  for (let version = 1; version <= CYCLE; version++) await reload(version);
  const before = await measured();
  for (let version = CYCLE + 1; version <= 8 * CYCLE; version++) await reload(version);
  const after = await measured();

  const last = 8 * CYCLE;
  expect(await app.query("busy")).toEqual([expect.any(String), last]);
  expect(await app.ask({ type: "invoke", channel: "busy:do" })).toBe(last);
  app.send({ type: "push", channel: "busy:push", data: 1 });
  app.send({ type: "action", action: "x", source: "host" });
  app.send({ type: "relay_in", channel: "busy:relay", data: 1, from: "w" });
  const page = await app.openPage();
  page.send({ type: "send", name: "busy" });
  await app.messages.next((message) => message.type === "service_push" && message.channel === "web");
  const pushes = app.messages.all.flatMap((message) => (message.type === "service_push" ? [message] : []));
  expect(pushes.map(({ channel, data }) => [channel, data]).sort()).toEqual(
    [["acted", last], ["heard", last], ["relayed", last], ["web", last]],
  );
  const ticks = `globalThis.ticking.clear(), new Promise((done) => { const look = setInterval(() => {
    if (globalThis.ticking.size > 0) { clearInterval(look); done([[...globalThis.ticking], globalThis.stops]); } }, 20); })`;
  expect(await app.ask({ type: "eval", code: ticks })).toEqual([[last], last]);

  expect(after.timers).toBeLessThanOrEqual(before.timers);
  expect(after.objects).toBeLessThan(before.objects * 1.05);
  expect(after.heap).toBeLessThan(before.heap * 1.1);
  // 224 reloads that would keep 20 KiB each and more, if the compiled code of old versions stayed.
  expect(after.rss - before.rss).toBeLessThan(10 * 1024 * 1024);
  await app.dispose();
}, 60_000);
