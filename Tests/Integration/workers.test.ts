import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { descendants, type Files, type Host, isAlive, running, webApp } from "./harness";

/** A page that can be told to do everything that the bridge can. */
const page = `
import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) {
    root.textContent = "here";
    const heard: Record<string, unknown[]> = {};
    const listen = (channel: string) => bridge.subscribe(channel, (data: unknown) => { (heard[channel] ??= []).push(data); });
    const tried = (promise: Promise<unknown>) => promise.then((value) => ({ value }), (error) => ({ code: error.code, message: error.message }));
    Object.assign(window, { bridge, heard, listen, tried });
}`;

/** Main Bun's service: asks workers by relay and directly, and keeps what they tell it. */
const gate = `
import { defineService } from "@keystone/sdk/service";
const heard: unknown[] = [];
const tried = (promise: Promise<unknown>) => promise.then((value) => ({ value }), (error) => ({ code: error.code, message: error.message }));
export default defineService("gate")
    .query(async (args, svc) => {
        switch (args.do) {
            case "call": return await svc.ipc.worker(args.worker).call(args.service, args.args, { timeout: args.timeout ?? 10_000 });
            case "try": return await tried(svc.ipc.worker(args.worker).call(args.service, args.args, { timeout: args.timeout ?? 10_000 }));
            case "direct": {
                const connection = svc.ctx.workers.connect(args.worker);
                try { return await connection.query(args.service, args.args); } finally { connection.close(); }
            }
            case "subscribe": svc.ctx.workers.connect(args.worker).subscribe(args.channel, (data) => heard.push(data)); return null;
            case "push": svc.ipc.worker(args.worker).push(args.channel, args.data); return null;
            case "ports": return Object.keys(svc.ctx.workers.ports()).sort();
            case "heard": return heard;
            case "pid": return process.pid;
        }
    })
    .onAction((action) => { heard.push("main:" + action); })
    .build((svc) => {
        svc.ipc.worker("math").on("hello", (data) => { heard.push({ from: "math", data }); });
    });`;

/** A worker's service. */
const math = `
import { defineService } from "@keystone/sdk/service";
const heard: unknown[] = [];
export default defineService("math")
    .query(async (args, svc) => {
        switch (args.do) {
            case "sum": return args.values.reduce((a: number, b: number) => a + b, 0);
            case "pid": return process.pid;
            case "push": svc.push(args.channel, args.data); return null;
            case "action": svc.ctx.action(args.action); return null;
            case "heard": return heard;
            case "tell": svc.ipc.worker(args.to).push(args.channel, args.data); return null;
            case "ask": return await svc.ipc.worker(args.to).call(args.service, args.args);
            case "keep": svc.store.set(args.key, args.value); return null;
            case "kept": return svc.store.get(args.key);
            case "env": return Object.keys(process.env).filter((name) => name.startsWith("KEYSTONE_")).sort();
            case "hang": svc.push("hanging", true); return await new Promise(() => {});
            case "spin": svc.push("spinning", true, { retain: false }); setTimeout(() => { for (;;); }, 20); return null;
            case "exit": process.exit(args.code);
        }
    })
    .onAction((action) => { heard.push("action " + action); })
    .build((svc) => {
        for (const other of ["main", "math", "more"]) {
            svc.ipc.worker(other).on("job", (data) => { heard.push({ from: other, data }); });
        }
    });`;

type Worker = Record<string, unknown>;

function app(workers: Worker[], files: Files = {}) {
    return webApp({
        "bun/web/app.ts": page, "bun/services/gate.ts": gate, "bun/workers/math/math.ts": math, ...files,
    }, { workers });
}

const worker = (name: string, more: Worker = {}): Worker => ({ name, servicesDir: "workers/math", baseBackoffMs: 50, ...more });

/** Asks the main service from the page. */
const ask = <T = any>(host: Host, args: unknown) => host.eval<T>(`bridge.query("gate", ${JSON.stringify(args)}, { timeout: 20_000 })`);
const call = <T = any>(host: Host, args: unknown, to = "math") => ask<T>(host, { do: "call", worker: to, service: "math", args });

/** Waits in the page until the expression is true. */
const until = (host: Host, condition: string) => host.eval(`new Promise((done) => {
    const look = () => (${condition}) ? done(true) : setTimeout(look, 10); look(); })`);

async function eventually(what: () => Promise<boolean>): Promise<void> {
    while (!await what()) await Bun.sleep(10);
}

const isWorker = ({ command }: { command: string }) => command.includes("worker-host.ts");

test("a page asks a worker by way of main Bun, hears its pushes, and actions reach it and come from it", async () => {
    await running(app([worker("math")]), async (host) => {
        await host.mounted();
        expect(await call(host, { do: "sum", values: [1, 2, 3] })).toBe(6);
        await host.eval(`void listen("ticks")`);
        await call(host, { do: "push", channel: "ticks", data: { n: 1 } });
        await until(host, `heard.ticks?.length === 1`);
        // A page that subscribes later has the last value.
        await host.eval(`void bridge.subscribe("ticks", (data) => { window.late = data; })`);
        await until(host, `window.late?.n === 1`);

        // Each receiver hears an action once.
        await host.do("action", { action: "app:from-host" });
        await host.eval(`bridge.action("app:from-page")`);
        // What a service sends is for the host alone, and does there what any action does.
        const windows = host.events.length;
        await call(host, { do: "action", action: "spawn:app" });
        await host.event("window-opened", undefined, windows);
        await host.do("action", { action: "app:last" });
        const expected = ["app:from-host", "app:from-page", "app:last"];
        await eventually(async () => (await ask(host, { do: "heard" })).length >= 3);
        expect(await ask(host, { do: "heard" })).toEqual(expected.map((action) => "main:" + action));
        await eventually(async () => (await call(host, { do: "heard" })).length >= 3);
        expect(await call(host, { do: "heard" })).toEqual(expected.map((action) => "action " + action));

        const names = await call<string[]>(host, { do: "env" });
        expect(names).toContain("KEYSTONE_APP_ID");
        for (const secret of ["KEYSTONE_SESSION_TOKEN", "KEYSTONE_WORKER_TOKEN", "KEYSTONE_PORT"]) expect(names).not.toContain(secret);
    });
});

test("processes relay and ask in every direction, and share the store", async () => {
    await running(app([worker("math"), worker("more")]), async (host) => {
        await host.mounted();
        // main → worker, worker → worker, worker → main
        await ask(host, { do: "push", worker: "math", channel: "job", data: 1 });
        await call(host, { do: "tell", to: "math", channel: "job", data: 2 }, "more");
        await eventually(async () => (await call(host, { do: "heard" })).length === 2);
        expect(await call(host, { do: "heard" })).toEqual([{ from: "main", data: 1 }, { from: "more", data: 2 }]);
        await call(host, { do: "tell", to: "main", channel: "hello", data: 3 });
        await eventually(async () => (await ask(host, { do: "heard" })).length === 1);
        expect(await ask(host, { do: "heard" })).toEqual([{ from: "math", data: 3 }]);

        const pid = await ask(host, { do: "pid" });
        expect(await call(host, { do: "ask", to: "main", service: "gate", args: { do: "pid" } })).toBe(pid);
        const other = await call(host, { do: "ask", to: "more", service: "math", args: { do: "pid" } });
        expect(other).toBe(await call(host, { do: "pid" }, "more"));
        expect(await ask(host, { do: "try", worker: "maht", service: "math" })).toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("math") });
        expect(await ask(host, { do: "try", worker: "math", service: "none" })).toMatchObject({ code: "NO_HANDLER" });
        expect(await ask(host, { do: "try", worker: "math", service: "math", args: { do: "hang" }, timeout: 50 })).toMatchObject({ code: "TIMEOUT" });

        // Services of one name share a namespace of the one database.
        await call(host, { do: "keep", key: "k", value: [1] });
        expect(await call(host, { do: "kept", key: "k" }, "more")).toEqual([1]);
        // The host itself.
        expect(await host.do("queryWorker", { worker: "math", service: "math", args: { do: "sum", values: [4, 5] } })).toBe(9);
        await host.do("route", { from: "main", to: "more", channel: "job", data: 6 });
        await eventually(async () => (await call(host, { do: "heard" }, "more")).length === 1);
    });
});

test("direct connections go past the host, and only to workers with browserAccess", async () => {
    await running(app([worker("math", { browserAccess: true }), worker("more")]), async (host) => {
        await host.mounted();
        expect(await ask(host, { do: "direct", worker: "math", service: "math", args: { do: "sum", values: [1, 2] } })).toBe(3);
        expect(await ask(host, { do: "ports" })).toEqual(["math"]);
        await ask(host, { do: "subscribe", worker: "math", channel: "ticks" });
        await call(host, { do: "push", channel: "ticks", data: 7 });
        await eventually(async () => (await ask(host, { do: "heard" })).length === 1);
        expect(await host.eval(`tried(bridge.query("gate", { do: "direct", worker: "more", service: "math" }))`)).toMatchObject({ code: "UNAVAILABLE" });

        // Dynamic ones come and go in the map.
        await host.do("spawnWorker", { worker: "temp", servicesDir: "workers/math", browserAccess: true });
        await eventually(async () => (await ask(host, { do: "ports" })).join() === "math,temp");
        expect(await ask(host, { do: "direct", worker: "temp", service: "math", args: { do: "sum", values: [5] } })).toBe(5);
        await host.do("stopWorker", { worker: "temp" });
        await eventually(async () => (await ask(host, { do: "ports" })).join() === "math");

        // A page may not, and nobody without the token.
        const { port } = (await host.do<{ worker: string; port: number }[]>("workers")).find((one) => one.worker === "math")!;
        for (const headers of [{}, { Authorization: "Bearer " + "0".repeat(64) }, { Origin: "http://127.0.0.1" }]) {
            expect((await fetch(`http://127.0.0.1:${port}/ws`, { headers })).status).toBeOneOf([401, 403]);
        }
        expect(await host.eval(`new Promise((done) => { const socket = new WebSocket("ws://127.0.0.1:${port}/ws"); socket.onopen = () => done("open"); socket.onerror = () => done("refused"); })`)).toBe("refused");
    });
});

test("a worker that dies: open questions reject at once, it comes back, and in the end it stays down and says so", async () => {
    await running(app([worker("math", { maxRestarts: 2, browserAccess: true })]), async (host) => {
        await host.mounted();
        await host.eval(`void listen("hanging")`);
        const first = await call<number>(host, { do: "pid" });
        const open = ask(host, { do: "try", worker: "math", service: "math", args: { do: "hang" }, timeout: 0 });
        await until(host, `heard.hanging?.length === 1`);
        let from = host.events.length;
        const since = performance.now();
        process.kill(first, "SIGKILL");
        expect(await open).toMatchObject({ code: "UNAVAILABLE" });
        expect(performance.now() - since).toBeLessThan(2_000);
        await host.event("worker", (event) => event.state === "backing-off" && event.attempt === 1, from);
        // Asked while it is down: waits for the next one.
        const second = await call<number>(host, { do: "pid" });
        expect(second).not.toBe(first);
        await eventually(async () => (await ask(host, { do: "ports" })).length === 1);
        expect(await ask(host, { do: "direct", worker: "math", service: "math", args: { do: "pid" } })).toBe(second);
        for (let kills = 0; kills < 2; kills++) {
            const pid = await call<number>(host, { do: "pid" });
            from = host.events.length;
            process.kill(pid, "SIGKILL");
            await host.event("worker", (event) => event.state === (kills === 0 ? "running" : "failed"), from);
        }
        expect(await ask(host, { do: "try", worker: "math", service: "math", args: { do: "pid" } }))
            .toMatchObject({ code: "UNAVAILABLE", message: expect.stringContaining("given up after 2 restarts") });
        await host.logged(/error \[worker:math\] .*given up after 2 restarts \(maxRestarts\)/);
        expect(await ask(host, { do: "ports" })).toEqual([]);
        // Somebody may start it again.
        await host.do("startWorker", { worker: "math" });
        expect(await call(host, { do: "sum", values: [1] })).toBe(1);
    });
});

test("main Bun killed: the workers go on, and the new one reaches them, directly too", async () => {
    const config = app([worker("math", { browserAccess: true })]);
    config.write("keystone.json", JSON.stringify({ ...JSON.parse(config.read("keystone.json")), processRecovery: { bunRestartBaseDelayMs: 50 } }));
    await running(config, async (host) => {
        await host.mounted();
        const pid = await call(host, { do: "pid" });
        const main = await ask<number>(host, { do: "pid" });
        const from = host.events.length;
        process.kill(main, "SIGKILL");
        await host.event("bun", (event) => event.state === "running", from);
        expect(await call(host, { do: "pid" })).toBe(pid);
        expect(await ask(host, { do: "direct", worker: "math", service: "math", args: { do: "pid" } })).toBe(pid);
        expect(host.events.filter((event) => event.event === "worker" && event.state === "starting")).toHaveLength(1);
    });
});

test("twenty workers start with the app and end with it, and nothing is left", async () => {
    const names = Array.from({ length: 20 }, (_, index) => `w${index}`);
    const tree: number[] = [];
    await running(app(names.map((name) => worker(name))), async (host) => {
        await host.mounted();
        for (const name of names) await host.event("worker", (event) => event.worker === name && event.state === "running");
        expect(await call(host, { do: "sum", values: [20] }, "w19")).toBe(20);
        expect(descendants(host.pid).filter(isWorker)).toHaveLength(20);
        tree.push(...descendants(host.pid).map(({ pid }) => pid));
        expect(await host.quit()).toBe(0);
    });
    expect(tree.filter(isAlive)).toEqual([]);
});

test("an app whose workers spin ends all the same, within its bounds", async () => {
    const tree: number[] = [];
    await running(app(["a", "b"].map((name) => worker(name))), async (host) => {
        await host.mounted();
        await host.eval(`void listen("spinning")`);
        for (const name of ["a", "b"]) await call(host, { do: "spin" }, name);
        await until(host, `heard.spinning?.length === 2`);
        tree.push(...descendants(host.pid).filter(isWorker).map(({ pid }) => pid));
        expect(tree).toHaveLength(2);
        const since = performance.now();
        expect(await host.quit()).toBe(0);
        expect(performance.now() - since).toBeLessThan(9_000);
    });
    expect(tree.filter(isAlive)).toEqual([]);
});

test("a host that is killed takes its workers along, those that spin too", async () => {
    await running(app([worker("math"), worker("more")]), async (host) => {
        await host.mounted();
        await host.eval(`void listen("spinning")`);
        await call(host, { do: "spin" });
        await until(host, `heard.spinning?.length === 1`);
        const tree = descendants(host.pid);
        expect(tree.filter(isWorker)).toHaveLength(2);
        host.kill("SIGKILL");
        await host.exited;
        await eventually(async () => !tree.filter(isWorker).some(({ pid }) => isAlive(pid)));
    });
});

const extension = `
import { defineService } from "@keystone/sdk/service";
// As hostile code would: past the SDK, straight onto the wire.
const raw = (message: unknown) => process.stdout.write(JSON.stringify(message) + "\\n");
export default defineService("extension")
    .query(async (args, svc) => {
        if (args.do === "wire") for (const message of args.messages) Bun.write(Bun.stdout, JSON.stringify(message) + "\\n");
        if (args.do === "raw") for (const message of args.messages) raw(message);
        if (args.do === "push") svc.push(args.channel, args.data);
        if (args.do === "env") return process.env;
        if (args.do === "call") return await svc.ipc.worker("main").call("gate", { do: "pid" }).catch((error) => error.code);
        return null;
    })
    .build();`;

const hostile = [
    { type: "service_push", channel: "window:1:title", data: "stolen" },
    { type: "service_push", channel: "ext:news", data: "fine" },
    { type: "relay", target: "math", channel: "job", data: "stolen" },
    { type: "action_from_service", action: "app:quit", service: "x" },
    { type: "action_from_web", action: "app:quit", windowId: "1" },
    { type: "components", components: [{ name: "app", url: "/evil.js" }] },
    { type: "relay_query", id: 99, target: "main", service: "gate", args: { do: "pid" } },
    { type: "log", level: "error", message: "I am the host", source: "host" },
    { type: "nonsense" },
];

for (const sandbox of [true, false]) {
    test(`an extension host ${sandbox ? "in its sandbox" : "without a sandbox"} speaks under its prefixes alone`, async () => {
        const files = { "bun/extensions/extension.ts": extension };
        const host = { name: "ext", servicesDir: "extensions", isExtensionHost: true, allowedChannels: ["ext:"], ...(sandbox ? {} : { sandbox }) };
        await running(app([worker("math"), host], files), async (host) => {
            await host.mounted();
            await host.eval(`void (listen("ext:news"), listen("window:1:title"))`);
            const extension = (args: unknown) => ask(host, { do: "call", worker: "ext", service: "extension", args });
            for (const way of ["raw", "wire"]) await extension({ do: way, messages: hostile });
            await extension({ do: "push", channel: "window:1:title", data: "stolen" });
            await extension({ do: "push", channel: "ext:news", data: "last" });
            await until(host, `heard["ext:news"]?.at(-1) === "last"`);
            expect(await host.eval(`heard["window:1:title"] ?? []`)).toEqual([]);
            expect(await call(host, { do: "heard" })).toEqual([]);
            expect(await extension({ do: "call" })).toBe("FORBIDDEN");
            const env = await extension({ do: "env" });
            for (const name of ["KEYSTONE_SESSION_TOKEN", "KEYSTONE_WORKER_TOKEN"]) expect(env).not.toHaveProperty(name);
            expect(host.log).not.toMatch(/\[host\] I am the host/);
            // Where the sandbox leaves it the wire, the host refuses; else its own runtime does before.
            expect(host.log).toMatch(sandbox ? /\[worker:ext[^\]]*\] .*refused; allowedChannels/ : /\[worker:ext[^\]]*\] .*was dropped: this extension host may use channels/);
            expect(isAlive(host.pid)).toBeTrue();
            if (!sandbox) expect(host.log).toContain("workers[1].sandbox");
        });
    });
}

test("a worker without its directory fails with the path; the others run", async () => {
    await running(app([worker("math"), worker("lost", { servicesDir: "workers/lost" })]), async (host) => {
        await host.mounted();
        await host.logged(/error \[worker:lost\] .*bun\/workers\/lost is not a directory/);
        expect(await call(host, { do: "sum", values: [1, 1] })).toBe(2);
    });
});

test("workers' lines stand under their names in the log, and the file has them", async () => {
    const chatty = `console.log("said at load"); process.stdout.write("plain\\n"); console.error("bad"); export const query = () => 1;`;
    const made = app([{ name: "talk", servicesDir: "workers/talk" }], { "bun/workers/talk/chatty.ts": chatty });
    await running(made, async (host) => {
        await host.mounted();
        await host.logged(/\[worker:talk[^\]]*\] .*bad/);
        for (const line of [/\[worker:talk[^\]]*\] said at load/, /\[worker:talk[^\]]*\] plain/, /info \[worker:talk\] ready: services: chatty/]) {
            expect(host.log).toMatch(line);
        }
        expect(readFileSync(join(made.path, ".home/keystone.log"), "utf8")).toContain("[worker:talk");
    });
});
