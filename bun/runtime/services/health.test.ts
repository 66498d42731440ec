import { afterEach, expect, test } from "bun:test";
import { App } from "../testing/app.ts";

let app: App;
afterEach(() => app.dispose());

const every = (intervalMs: number) =>
  `export default { health: { intervalMs: ${intervalMs} }, watch: { debounceMs: 1 } };`;
/** Counts its starts and stops; `health` sees them. */
const counting = (health: string, rest = "") =>
  `let starts = 0, stops = 0; export const start = () => { starts++; ${rest} }; export const stop = () => { stops++; };
   export const health = ${health}; export const query = () => [starts, stops];`;
const restarted = (name: string) => app.log(new RegExp(`"${name}" .* is not well and is restarted`));

test("a service that says that it is not well, or throws, is stopped and started again", async () => {
  app = await App.start({
    "keystone.config.ts": every(20),
    "services/sick.ts": counting(`() => ({ ok: starts > 1, reason: "cold" })`),
    "services/throws.ts": counting(
      `async () => { if (starts < 2) throw new Error("thermometer broke"); return { ok: true, t: 36.6 }; }`,
    ),
    "services/plain.ts": counting(`() => starts > 1`),
    "services/well.ts": counting(`() => ({ ok: true, detail: [1] })`),
    "services/none.ts": `export const query = () => 1;`,
  });
  expect((await restarted("sick")).message).toContain(`{ reason: "cold" }`);
  expect((await restarted("throws")).message).toMatch(/thermometer broke.*throws\.ts:2/s);
  await restarted("plain");
  for (const name of ["sick", "throws", "plain"]) expect(await app.query(name)).toEqual([2, 1]);
  expect(await app.query("well")).toEqual([1, 0]);
  const report = await app.ask({ type: "health" }) as { services: Record<string, unknown> };
  expect(report.services.well).toEqual({ ok: true, detail: [1] });
  expect(report.services.none).toEqual({ ok: true });
});

test("one that hangs is restarted, too, and its checks don't pile up", async () => {
  app = await App.start({
    "keystone.config.ts": every(20),
    "services/hangs.ts": counting(
      `() => { globalThis.checks = (globalThis.checks ?? 0) + 1; return starts > 1 ? { ok: true } : new Promise(() => {}); }`,
    ),
  });
  const { message } = await restarted("hangs");
  expect(message).toContain("health() took over 1000 ms");
  expect(await app.query("hangs")).toEqual([2, 1]);
  expect(await app.ask({ type: "eval", code: "globalThis.checks" })).toBeLessThan(5);
});

test("one that is never well is restarted ever less often, which is told as an error; a save gives it a clean sheet", async () => {
  app = await App.start({ "keystone.config.ts": every(20), "services/sick.ts": counting(`() => ({ ok: false })`) });
  for (const level of ["warning", "warning", "error", "error"]) {
    expect((await restarted("sick")).level).toBe(level as "error");
  }
  const said = app.messages.all.flatMap((message) => message.type === "log" ? [message.message] : []);
  expect(said.some((line) => /for the 3rd time in a row; the next restart comes after/.test(line))).toBe(true);
  expect(await app.ask({ type: "health" })).toMatchObject({ services: { sick: { ok: false, restarted: true } } });
  app.write("services/sick.ts", counting(`() => ({ ok: starts > 1 })`));
  await app.log(/reloaded service "sick"/);
  expect((await restarted("sick")).level).toBe("warning");
  expect(await app.query("sick")).toEqual([2, 1]);
});

test("one that doesn't start again after its restart is tried again", async () => {
  app = await App.start({
    "keystone.config.ts": every(20),
    "services/flaky.ts": counting(
      `() => ({ ok: starts > 3 })`,
      `if (starts === 2 || starts === 3) throw new Error("port in use");`,
    ),
  });
  await restarted("flaky");
  expect((await app.log(/"flaky" .* failed to start: Error: port in use/)).level).toBe("error");
  expect((await app.log(/did not start again: Error: port in use/)).message).toContain(`"flaky"`);
  await app.log(/"flaky" .* for the 3rd time/);
  expect(await app.query("flaky")).toEqual([4, expect.any(Number)]);
});

test("nothing is asked where health.enabled is false, and one that never started is not restarted", async () => {
  app = await App.start({
    "keystone.config.ts": `export default { health: { enabled: false, intervalMs: 10 } };`,
    "services/sick.ts": counting(`() => { console.log("asked"); return { ok: false }; }`),
    "services/clock.ts":
      `let ticks = 0; export const start = () => { setInterval(() => ++ticks === 8 && console.log("eight ticks"), 10); };`,
  });
  await app.log(/eight ticks/);
  expect(await app.query("sick")).toEqual([1, 0]);
  await app.dispose();
  app = await App.start({
    "keystone.config.ts": every(10),
    "services/never.ts": counting(`() => ({ ok: true })`, `throw new Error("never");`),
    "services/other.ts": counting(`() => ({ ok: starts > 3 })`),
  });
  await app.log(/"other" .* for the 3rd time/);
  expect(app.messages.all.filter((message) => message.type === "log" && /never/.test(message.message))).toHaveLength(1);
});
