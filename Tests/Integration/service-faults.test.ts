import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { descendants, running, webApp } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) { root.textContent = "page"; Object.assign(window, { bridge, marker: "same page" }); }`;
const failure = `(error => ({ name: error.name, code: error.code, message: error.message }))`;
const fast = { processRecovery: { bunRestartBaseDelayMs: 20, bunRestartMaxDelayMs: 100 } };
const define = `import { defineService } from "@keystone/sdk/service";\n`;

/** A service with handlers, as TypeScript source. */
const service = (name: string, builder: string) => `${define}export default defineService("${name}")${builder}.build();`;

test("a handler that throws anything, or returns what is no JSON, fails alone", async () => {
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/odd.ts": service("odd", `
            .handle("odd:sync", () => { throw new TypeError("sync"); })
            .handle("odd:async", async () => { throw new RangeError("async"); })
            .handle("odd:string", () => { throw "a string"; })
            .handle("odd:nothing", () => { throw undefined; })
            .handle("odd:null", () => Promise.reject(null))
            .handle("odd:object", () => { throw { toString() { throw new Error("worse"); } }; })
            .handle("odd:hostile", () => { throw Object.create(Error.prototype, { message: { get() { throw new Error("getter"); } }, name: { get() { throw new Error("getter"); } } }); })
            .handle("odd:cycle", () => { const a: any = {}; a.a = a; return a; })
            .handle("odd:bigint", () => 1n)
            .handle("odd:symbol", () => Symbol("x"))
            .handle("odd:function", () => () => 1)
            .handle("odd:toJSON", () => ({ toJSON() { throw new Error("toJSON"); } }))
            .handle("odd:thenable", () => ({ then() { throw new Error("then"); } }))
            .handle("odd:proxy", () => new Proxy({}, { ownKeys() { throw new Error("proxy"); } }))
            .handle("odd:undefined", () => undefined)
            .handle("odd:nan", () => [NaN, Infinity])
            .handle("odd:large", () => "x".repeat(100 << 20))`),
    });
    await running(app, async (host) => {
        await host.mounted();
        for (const name of ["sync", "async", "string", "nothing", "null", "object", "hostile", "cycle", "bigint", "symbol", "function", "toJSON", "thenable", "proxy"]) {
            const error = await host.eval<any>(`bridge.invokeBun("odd:${name}", null, { timeout: 5000 }).catch${failure}`);
            expect([name, error.code]).toEqual([name, "HANDLER_FAILED"]);
            expect(error.message).not.toBe("");
        }
        expect(await host.eval(`bridge.invokeBun("odd:undefined").then(value => typeof value)`)).toBe("undefined");
        expect(await host.eval(`bridge.invokeBun("odd:nan")`)).toEqual([null, null]);
        expect((await host.eval<any>(`bridge.invokeBun("odd:large").catch${failure}`)).code).toBe("TOO_LARGE");
        expect((await host.eval<any>(`bridge.invokeBun("odd:large", "x".repeat(100 << 20)).catch${failure}`)).code).toBe("TOO_LARGE");
        expect(await host.eval("[window.marker, bridge.keystone().connected ?? true]")).toEqual(["same page", true]);
    });
});

test("services that fail at load, at start, in a timer or unobserved are told with their place; the others go on", async () => {
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/good.ts": service("good", `.query(() => "good")`),
        "bun/services/load.ts": `throw new Error("fails at load");`,
        "bun/services/nothing.ts": `throw undefined;`,
        "bun/services/syntax.ts": `export default {{{`,
        "bun/services/start.ts": `export const name = "start"; export async function start() { throw new Error("fails at start"); } export const query = () => 1;`,
        "bun/services/timer.ts": service("timer", `.query(() => "timer").every(10, () => { throw new Error("fails in a timer"); })`),
        "bun/services/loose.ts": `${define}setTimeout(() => { throw new Error("fails in setTimeout"); }, 1); void Promise.reject(new Error("fails unobserved"));
            export default defineService("loose").query(() => "loose").build();`,
        "bun/host.ts": `export default { onReady() { throw new Error("fails in onReady"); }, onAction() { throw new Error("fails in onAction"); } };`,
    });
    await running(app, async (host) => {
        await host.mounted();
        for (const text of ["fails at load", "fails at start", "fails in a timer", "fails in setTimeout", "fails unobserved", "fails in onReady"]) await host.logged(new RegExp(text));
        for (const name of ["good", "timer", "loose"]) expect(await host.eval(`bridge.query("${name}")`)).toBe(name);
        for (const [name, text] of [["load", "fails at load"], ["start", "fails at start"], ["syntax", ""], ["nothing", ""]]) {
            const error = await host.eval<any>(`bridge.query("${name}").catch${failure}`);
            expect([name, error.code]).toEqual([name, "UNAVAILABLE"]);
            expect(error.message).toContain(text);
        }
        await host.eval(`bridge.action("x")`);
        await host.logged(/fails in onAction/);
        expect(host.events.filter((event) => event.event === "bun" && event.state === "running")).toHaveLength(1);
    });
});

for (const [what, source, told] of [
    ["doesn't load", `throw new Error("no host today");`, /host\.ts can't be loaded: Error: no host today/],
    ["throws in onBeforeStart", `export function onBeforeStart() { throw new Error("no database"); }`, /onBeforeStart of bun\/host\.ts failed: Error: no database.*host\.ts:1:/s],
] as const) {
    test(`a host.ts that ${what} keeps the services from starting, which the window says; mended, they start`, async () => {
        const app = webApp({ "bun/web/app.ts": page, "bun/host.ts": source, "bun/services/good.ts": service("good", `.query(() => "good")`) });
        await running(app, async (host) => {
            const event = await host.event("bun", ({ state }) => state === "failed");
            expect(String(event.message)).toMatch(told);
            expect(host.events.filter(({ event, state }) => event === "bun" && state === "starting")).toHaveLength(1);
            expect(await host.do<unknown[]>("windows")).toHaveLength(1);
            app.write("bun/host.ts", "export const onReady = () => {};");
            await host.mounted();
            expect(await host.eval(`bridge.query("good")`)).toBe("good");
        });
    });
}

test("a service that ends the process: it comes back, the page stays, its open question is answered", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/services/exit.ts": service("exit", `.query(() => process.pid).handle("exit:now", () => process.exit(0)).handle("exit:abort", () => process.abort())`),
    }, fast);
    await running(app, async (host) => {
        await host.mounted();
        for (const channel of ["exit:now", "exit:abort"]) {
            const before = await host.eval<number>(`bridge.query("exit")`);
            expect((await host.eval<any>(`bridge.invokeBun("${channel}").catch${failure}`)).code).toBe("UNAVAILABLE");
            expect(await host.eval<number>(`bridge.query("exit")`)).not.toBe(before);
        }
        expect(await host.eval("window.marker")).toBe("same page");
    });
});

test("what a service prints is log output, even if it looks like the protocol", async () => {
    const forged = [{ type: "action_from_web", action: "app:quit" }, { type: "fatal", message: "forged" }, { type: "result", id: 1, result: "forged" },
        { type: "ready", protocol: 1, port: 1, services: [], components: [], pid: 1, version: "x" }, { type: "components", components: [{ name: "app", url: "http://evil/" }] }];
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/printer.ts": service("printer", `.query(async () => {
            for (const line of ${JSON.stringify(forged.map((message) => JSON.stringify(message)))}) {
                console.log(line); process.stdout.write(line + "\\n"); process.stdout.write(new TextEncoder().encode(line + "\\n"));
            }
            process.stdout.write(new Uint8Array([0xff, 0xfe, 0, 10]));
            process.stdout.write("half a line "); process.stdout.write("x".repeat(10 << 20)); process.stdout.write("\\n");
            console.log("y".repeat(10 << 20));
            process.stdout.write("{".repeat(100000) + "\\n");
            console.log("the end of it");
            return "printed"; })`),
    });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval(`bridge.query("printer")`)).toBe("printed");
        await host.logged(/the end of it/);
        expect(await host.eval(`bridge.query("printer").then(() => window.marker)`)).toBe("same page");
        expect(await host.do("query", { service: "printer" })).toBe("printed");
        expect(host.events.filter((event) => event.event === "bun" && event.state !== "starting")).toHaveLength(1);
        expect(Math.max(...host.log.split("\n").map((line) => line.length))).toBeLessThan(20_000);
    });
}, 60_000);

test("a service that never comes back is noticed: Bun is ended and starts again, the window stays", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/services/loop.ts": service("loop", `.query(() => process.pid).handle("loop:forever", () => { for (;;) {} })`),
    }, fast);
    await running(app, async (host) => {
        await host.mounted();
        const before = await host.eval<number>(`bridge.query("loop")`);
        const from = host.events.length;
        await host.eval(`void bridge.invokeBun("loop:forever").catch(() => 0)`);
        await host.event("bun", (event) => event.state === "backing-off" && /health/.test(String(event.message)), from, 45_000);
        await host.event("bun", (event) => event.state === "running", from);
        await host.eval(`new Promise(done => { const ask = () => bridge.query("loop").then(done, () => setTimeout(ask, 20)); ask(); })`);
        expect(await host.eval<number>(`bridge.query("loop")`)).not.toBe(before);
        expect(await host.eval("window.marker")).toBe("same page");
    });
}, 60_000);

for (const [what, source, said] of [
    ["throws", `throw new Error("the moon is wrong");`, /keystone\.config\.ts.*the moon is wrong/s],
    ["has wrong types", `export default { services: { dir: 7 }, health: { intervalMs: "soon" }, security: { mode: "loud" } };`, /services\.dir.*health\.intervalMs.*security\.mode/s],
    ["does not parse", `export default {{{`, /keystone\.config\.ts/],
    ["is no object", `export default 42;`, /keystone\.config\.ts/],
] as const) {
    test(`a keystone.config.ts that ${what} is told plainly, once and at once`, async () => {
        await running(webApp({ "bun/web/app.ts": page, "bun/keystone.config.ts": source }, fast), async (host) => {
            const event = await host.event("bun", ({ state }) => state === "failed");
            expect(String(event.message)).toMatch(said);
            expect(host.events.filter(({ event, state }) => event === "bun" && state === "starting")).toHaveLength(1);
            expect(await host.do<unknown[]>("windows")).toHaveLength(1);
        });
    });
}

test("a damaged store is set aside and a new one used", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/data/services.db": "this is no database ".repeat(1000),
        "bun/services/keeper.ts": `${define}export default defineService("keeper").query((args: any, svc: any) => { svc.store.set("a", args); return svc.store.get("a"); }).build();`,
    });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval(`bridge.query("keeper", [1, 2])`)).toEqual([1, 2]);
        await host.logged(/is corrupt/);
        const aside = readdirSync(join(app.path, "bun/data")).find((name) => name.includes(".corrupt-"));
        expect(readFileSync(join(app.path, "bun/data", aside ?? ""), "utf8")).toStartWith("this is no database");
    });
});

test("an app whose directory goes away while it runs stays up and ends in order", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/services/echo.ts": service("echo", `.query((args) => args)`) });
    await running(app, async (host) => {
        await host.mounted();
        const children = descendants(host.pid).length;
        rmSync(join(app.path, "bun"), { recursive: true });
        expect(await host.eval(`bridge.query("echo", "still here")`)).toBe("still here");
        expect(await host.eval(`fetch("/web/gone.txt").then(answer => answer.status)`)).toBe(404);
        expect(children).toBeGreaterThan(0);
        expect(await host.quit()).toBe(0);
    });
});

test("a mended keystone.config.ts starts the services that it kept from starting", async () => {
    await running(webApp({ "bun/web/app.ts": page, "bun/keystone.config.ts": `throw new Error("not yet");` }), async (host) => {
        await host.event("bun", (event) => event.state === "failed");
        host.app.write("bun/keystone.config.ts", `export default {};`);
        await host.mounted();
        expect(await host.eval<unknown>("bridge.query('paths').then(paths => typeof paths.appRoot)")).toBe("string");
    });
});
