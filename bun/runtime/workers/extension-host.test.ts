import { afterEach, describe, expect, test } from "bun:test";
import { App } from "../testing/app.ts";
import type { BunProcess } from "../testing/bun-process.ts";

let app: App;
afterEach(() => app.dispose());

const EXTENSION = `let ctx; export const start = (c) => { ctx = c; };
  export async function query({ way, args }) {
    const [first, ...rest] = args ?? [];
    if (way === "call") return await ctx.ipc.worker(first).call(...rest);
    if (way === "connect") return ctx.workers.connect(first).close();
    if (way === "ports") return ctx.workers.ports();
    if (way === "web") return ctx.ipc.web[first](...rest);
    if (way === "store") { ctx.store.set("k", first); return ctx.store.get("k"); }
    return ctx[way](first, ...rest);
  }`;

const ENV = {
  KEYSTONE_EXTENSION_HOST: "true",
  KEYSTONE_ALLOWED_CHANNELS: "ext:,custom:alerts",
  KEYSTONE_SERVICES_DIR: "extensions",
};

async function start(files: Record<string, string> = {}, env: Record<string, string> = {}): Promise<BunProcess> {
  app = App.create({ "extensions/user-extension/index.ts": EXTENSION, ...files });
  const host = app.startWorker("extension-host", { ...ENV, ...env });
  await host.ready();
  return host;
}

const code = (error: { code: string }) => error.code;
const does = (host: BunProcess, way: string, ...args: unknown[]) => host.query("user-extension", { way, args });

describe("an extension host", () => {
  test("lets through what its prefixes allow, drops the rest, and says so once a channel", async () => {
    const host = await start();
    for (let round = 0; round < 3; round++) {
      await does(host, "push", "secret", round);
      await does(host, "web", "pushValue", "secret", round);
      await does(host, "relay", "main", "secret", round);
      await does(host, "action", "app:quit");
    }
    await does(host, "push", "ext:note", 1);
    await does(host, "web", "pushValue", "custom:alerts:one", 2);
    await does(host, "relay", "main", "ext:note", 3);
    await does(host, "action", "ext:refresh");
    const sent = host.messages.all.filter(({ type }) => type !== "result" && type !== "log" && type !== "ready");
    expect(sent).toEqual([
      { type: "service_push", channel: "ext:note", data: 1 },
      { type: "service_push", channel: "custom:alerts:one", data: 2, retain: true },
      { type: "relay", target: "main", channel: "ext:note", data: 3 },
      { type: "action_from_service", action: "ext:refresh", service: "user-extension" },
    ]);
    const told = host.messages.all.flatMap((message) => message.type === "log" ? [message.message] : []);
    expect(told).toEqual([
      expect.stringContaining(
        `push "secret" was dropped: this extension host may use channels that start with "ext:", "custom:alerts"`,
      ),
      expect.stringContaining(`relay "secret" was dropped`),
      expect.stringContaining(`action "app:quit" was dropped`),
    ]);
  });

  test("doesn't answer on a channel that it may not use, either", async () => {
    const host = await start({
      "extensions/answers.ts":
        `export const start = (ctx) => void ctx.onWebMessage("ask", (_, sender) => { sender.push("ext:yes", 1); sender.push("no", 2); });`,
    });
    host.send({ type: "relay_in", channel: "ask", data: null, from: "main" });
    expect(await host.next("relay")).toMatchObject({ channel: "ext:yes" });
    await host.log(/relay "no" was dropped/);
  });

  test("without allowed channels is mute", async () => {
    const host = await start({}, { KEYSTONE_ALLOWED_CHANNELS: "" });
    await does(host, "push", "ext:note", 1);
    await host.log(/channels that start with none/);
    expect(host.messages.all.some(({ type }) => type === "service_push")).toBe(false);
  });

  test("evaluates nothing, whatever the configuration says", async () => {
    const host = await start({ "keystone.config.ts": "export default { security: { allowEval: true } };" });
    const refusal = await host.ask({ type: "eval", code: "1" }).catch(({ code, message }) => [code, message]);
    expect(refusal).toEqual(["FORBIDDEN", "eval is off: this is an extension host"]);
  });

  test("neither asks nor connects to other processes, and knows no ports", async () => {
    const host = await start();
    expect(await does(host, "call", "main", "notes").catch(code)).toBe("FORBIDDEN");
    host.send({ type: "worker_ports", data: {}, tokens: {} });
    expect(await does(host, "connect", "dp").catch(code)).toBe("FORBIDDEN");
    expect(await does(host, "ports")).toEqual({});
    expect(host.messages.all.some(({ type }) => type === "relay_query")).toBe(false);
  });

  test("runs services of the usual contract, each on its own: a broken one doesn't stop the others", async () => {
    const host = await start({
      "extensions/custom-alerts.ts": `export const query = () => "alerts";`,
      "extensions/broken-start/index.ts": `export function start() { throw new Error("no start"); }`,
      "extensions/broken-syntax/index.ts": `export const query = (`,
      "extensions/broken-later/index.ts":
        `setInterval(() => { throw new Error("again"); }, 5); export const query = () => { throw new Error("never"); };`,
      "extensions/no-extension/readme.md": "",
    });
    await host.log(/broken-start.*no start/);
    await host.log(/broken-syntax/);
    await host.log(/uncaught: .*again/);
    expect(await host.query("custom-alerts")).toBe("alerts");
    expect(await does(host, "store", { kept: true })).toEqual({ kept: true });
    expect(await host.query("broken-later").catch((error) => error.message)).toBe("never");
    expect(await host.query("broken-start").catch(code)).toBe("UNAVAILABLE");
  });

  test("that names ever new channels fills neither the log nor its own memory", async () => {
    const host = await start({
      "extensions/flood.ts":
        `let ctx; export const start = (c) => { ctx = c; }; export const query = () => { for (let i = 0; i < 5000; i++) ctx.push("x" + i, i); };`,
    });
    await host.query("flood");
    await host.log(/1000 channels were refused; further ones are dropped/);
    expect(host.messages.all.filter(({ type }) => type === "log")).toHaveLength(1001);
    await does(host, "push", "ext:still", 1);
    expect(await host.next("service_push")).toMatchObject({ channel: "ext:still" });
  });
});
