// Real plugins in real apps: every kind, the order of their lives, what they register and how it goes.
import { expect, test } from "bun:test";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type AppDirectory, type Host, Host as StartedHost, isAlive, root, running, webApp } from "./harness";
import { compile, fixture, install, type Plugin } from "./plugins";

const page = `
import * as bridge from "@keystone/sdk/bridge";
const failure = (error: any) => ({ code: error.code, message: error.message });
export function mount() { Object.assign(window, { bridge, failure }); }`;

const echo = `import { defineService } from "@keystone/sdk/service";
export default defineService("echo").handle("echo:stream", async (text: string, svc) => {
    const stream = svc.openStream("counter:echo");
    await new Blob([text]).stream().pipeTo(stream.writable);
    return await new Response(stream.readable).text();
}).handle("echo:push", (channel: string, svc) => svc.push(channel, 1)).build();`;

const files = { "bun/web/app.ts": page, "bun/services/echo.ts": echo };
const app = (config: Record<string, unknown> = {}) => webApp(files, config);

const invoke = <T>(host: Host, channel: string, args = "undefined", window = "app") =>
    host.eval<T>(`bridge.invoke("${channel}", ${args}).catch(failure)`, window);
const loaded = (host: Host, name: string, from = 0) =>
    host.event("plugin", (event) => event.what === "loaded" && event.name === name, from);
const happened = (host: Host, what: string, from = 0) => host.event("plugin", (event) => event.what === what, from);
const refused = (host: Host, name: string) =>
    host.event("plugin", (event) => event.what === "refused" && event.name === name);
const lines = (host: Host, pattern: RegExp) => [...host.log.matchAll(pattern)].map(([, what]) => what);

/** The fixture with `version` 2. */
const second = (name: string) => compile(name, fixture(name).replace("version = 1", "version = 2"));
const shapes = () => compile("Shapes");
const layers = () => compile("Layers", fixture("Layers"), [shapes()]);
const core = () => compile("App", fixture("App"), [shapes()]);

function appWith(plugins: Plugin[], config: Record<string, unknown> = {}): AppDirectory {
    const made = app(config);
    for (const plugin of plugins) install(made, plugin);
    return made;
}

test("every kind of plugin, found, started and stopped in order", async () => {
    const plugins = [compile("Clock"), compile("Counter"), compile("Panel"), shapes(), layers(), core()];
    const made = appWith(plugins, { windows: [{ component: "app" }, { component: "panel" }] });
    const host = new StartedHost(made);
    try {
        await host.mounted();
        await host.mounted("panel");
        expect(await invoke<string[]>(host, "app:plugins")).toEqual(
            ["App", "Clock", "Counter", "Layers", "Panel", "Shapes"].map((name) => `${name} 1 bundled inService`));
        expect(await invoke<number>(host, "clock:seconds")).toBeGreaterThan(0);
        expect(await invoke<number>(host, "counter:add", "5")).toBe(5);
        expect(await invoke<number>(host, "counter:version")).toBe(1);
        expect(await invoke<string>(host, "counter:window")).toBe("app 1");
        expect(await host.eval<any>(`fetch("/api/counter").then((r) => r.json())`)).toEqual({ count: 5, version: 1 });
        expect(await host.eval<string>(`bridge.invokeBun("echo:stream", "there and back")`)).toBe("there and back");
        await host.eval(`bridge.invokeBun("echo:push", "counter:said")`);
        await host.logged(/push counter:said, 1/);
        await host.do("action", { action: "counter:go" });
        await host.logged(/action counter:go of host, 1/);
        expect(await invoke<string[]>(host, "app:draw")).toEqual(["grid", "marks"]);
        expect(lines(host, /(chart bars of .*)/g)).toEqual(["chart bars of Bars"]);
        // A native window: the plugin's title and size, no page, and a word about what it misses.
        expect(host.log).toContain("panel works with nowhere");
        expect(host.log).not.toContain("panel works with grid");
        const bounds = await host.do<any>("bounds", { window: "panel" });
        expect([bounds.width, bounds.height]).toEqual([320, 200]);
        expect(await host.do("eval", { window: "panel", code: "1" }).catch((error) => error.message)).toContain("no page");
        await host.do("action", { action: "spawn:panel" });
        await host.logged(/panel 3: untitled/);
        expect(await host.quit()).toBe(0);
        await host.logRead;
        const order = lines(host, /order: (.*)/g);
        expect(order.slice(0, 3)).toEqual(["shapes", "core", "store"]);
        expect(order.slice(3, 6).toSorted()).toEqual(["before run 1", "before run, windows: 0", "counter"].toSorted());
        expect(order.indexOf("counter")).toBe(3);
        expect(order.slice(6)).toEqual(["shutdown, windows: 3", "counter ends", "store ends"]);
    } finally {
        if (isAlive(host.pid)) await host.quit().catch(() => host.kill("SIGKILL"));
        made.remove();
    }
}, 120_000);

test("what a plugin has registered goes with it, and comes again", async () => {
    const made = appWith([compile("Counter")]);
    await running(made, async (host) => {
        await host.mounted();
        expect(await invoke<string>(host, "counter:window")).toBe("app 1");
        let from = host.events.length;
        rmSync(join(made.path, "dylib/libCounter.so"));
        await happened(host, "unloaded", from);
        for (const channel of ["counter:add", "counter:version", "counter:window"]) {
            expect(await invoke<any>(host, channel, "1")).toMatchObject({ code: "NO_HANDLER" });
        }
        expect(await host.eval<number>(`fetch("/api/counter").then((r) => r.status)`)).toBe(404);
        expect(await host.eval<any>(`bridge.invokeBun("echo:stream", "x").catch(failure)`)).toMatchObject({ code: "NO_HANDLER" });
        await host.do("action", { action: "counter:gone" });
        await host.eval(`bridge.invokeBun("echo:push", "counter:gone")`);

        from = host.events.length;
        install(made, second("Counter"));
        await loaded(host, "Counter", from);
        await host.logged(/order: before run 2/);
        expect(await invoke<string>(host, "counter:window")).toBe("app 2");
        expect(await invoke<number>(host, "counter:add", "1")).toBe(1);
        await host.do("action", { action: "counter:go" });
        await host.logged(/action counter:go of host, 2/);
        expect(host.log).not.toContain("counter:gone of");
        expect(host.log).not.toContain("push counter:gone");
    });
}, 120_000);

test("a reload swaps handlers, states, windows and custom plugins", async () => {
    const made = appWith([compile("Counter"), compile("Panel"), shapes(), layers(), core()],
        { windows: [{ component: "app" }, { component: "panel", title: "Mine" }] });
    await running(made, async (host) => {
        await host.mounted();
        await host.mounted("panel");
        await invoke(host, "counter:add", "41");
        await invoke(host, "panel:scroll", "7.5");
        await invoke(host, "panel:open", `"a.txt"`);
        const ids = (await host.do<any[]>("windows")).map(({ window }) => window);

        const from = host.events.length;
        install(made, second("Counter"));
        install(made, second("Panel"));
        const names = (event: any) => (event.what === "reloaded" ? event.names : []);
        await host.event("plugin", (event) => names(event).includes("Counter"), from);
        await host.event("plugin", (event) => names(event).includes("Panel"), from);
        expect(await invoke<number>(host, "counter:version")).toBe(2);
        expect(await invoke<string>(host, "counter:window")).toBe("app 2");
        expect(await invoke<number>(host, "counter:add", "1")).toBe(42);
        expect(host.log).toContain("panel 2: a.txt at 7.5, version 2");
        expect((await host.do<any[]>("windows")).map(({ window }) => window)).toEqual(ids);

        // The library's new version takes those that need it along: here that is the core too.
        install(made, compile("Layers", fixture("Layers").replace(`"bars"`, `"columns"`), [shapes()]));
        await host.event("plugin", (event) => names(event).includes("Layers"), from);
        expect(lines(host, /(chart \w+ of \w+|no chart of \w+)/g)).toEqual(
            ["chart bars of Bars", "no chart of Bars", "chart columns of Bars"]);
        expect(await invoke<string[]>(host, "app:draw")).toEqual(["grid", "marks"]);
        install(made, compile("Shapes", fixture("Shapes") + "\n// Another version.\n"));
        const restart = await happened(host, "needs-restart", from);
        expect(restart.names).toContain("Shapes");
        expect(await invoke<string[]>(host, "app:draw")).toEqual(["grid", "marks"]);
    });
}, 120_000);

test("a window whose plugin goes stays, and the plugin takes it over when it comes again", async () => {
    const made = appWith([compile("Panel")], { windows: [{ component: "app" }, { component: "panel" }] });
    await running(made, async (host) => {
        await host.mounted("panel");
        let from = host.events.length;
        rmSync(join(made.path, "dylib/libPanel.so"));
        await happened(host, "unloaded", from);
        expect((await host.do<any[]>("windows")).map(({ component }) => component)).toContain("panel");
        from = host.events.length;
        install(made, second("Panel"));
        await loaded(host, "Panel", from);
        await host.logged(/panel \d: untitled at 0.0, version 2/);
    });
}, 120_000);

test("a new version that throws leaves the old one in service, with its state", async () => {
    const made = appWith([compile("Counter")]);
    await running(made, async (host) => {
        await host.mounted();
        await invoke(host, "counter:add", "3");
        install(made, compile("Counter", fixture("Counter").replace("version = 1", "version = 2").replace(
            `context.log.info("order: counter")`, `throw WireError("NO_LUCK", "not today")`)));
        const event = await refused(host, "Counter");
        expect(event).toMatchObject({ code: "initialization", olderInService: true });
        expect(event.message).toContain("not today");
        expect(await invoke<number>(host, "counter:add", "1")).toBe(4);
        expect(await invoke<string>(host, "counter:window")).toBe("app 1");
        expect(await host.eval<any>(`fetch("/api/counter").then((r) => r.json())`)).toEqual({ count: 4, version: 1 });
    });
}, 120_000);

test("directories come in their order, and the first plugin of a name counts", async () => {
    const made = app(await Bun.file(join(root, "Tests/Fixtures/plugins/keystone.json")).json());
    const data = ".home/data/dev.keystone.test";
    install(made, compile("Clock"));
    install(made, compile("Clock"), `${data}/extensions`);
    install(made, compile("Counter"), `${data}/extensions`);
    install(made, compile("Weather"), `${data}/plugins`);
    await running(made, async (host) => {
        await host.mounted();
        const list = await host.do<any[]>("plugins");
        expect(list.map(({ name, origin }) => `${name} ${origin}`)).toEqual(["Clock bundled", "Weather user", "Counter community"]);
        expect(await refused(host, "Clock")).toMatchObject({ code: "conflict" });
    });
}, 120_000);

test("a directory that appears later, and an app without plugins", async () => {
    const made = app();
    await running(made, async (host) => {
        await host.mounted();
        expect(await host.do<any[]>("plugins")).toEqual([]);
        mkdirSync(join(made.path, "dylib"));
        install(made, compile("Clock"));
        await loaded(host, "Clock");
        expect(await invoke<number>(host, "clock:seconds")).toBeGreaterThan(0);
    });
}, 120_000);

test("two cores end the start; appAssembly names the one that counts", async () => {
    const other = fixture("App").replaceAll("App", "Other").replace("order: core", "order: other core")
        .replace("context.register(Store())", "");
    const plugins = () => [shapes(), core(), compile("Other", other, [shapes()])];
    const failing = async (made: AppDirectory, what: RegExp) => {
        const host = new StartedHost(made);
        expect(await host.exited).toBe(1);
        await host.logRead;
        expect(host.log).toMatch(what);
        made.remove();
    };
    await failing(appWith(plugins()), /two: in .*libApp\.so and in .*libOther\.so/);
    await failing(appWith(plugins(), { appAssembly: "dylib/libNone.so" }), /appAssembly names .*libNone\.so, and that is not there/);
    await failing(appWith([compile("Clock")], { appAssembly: "dylib/libClock.so" }), /exports no CorePlugin/);
    await failing(
        appWith([shapes(), compile("App", fixture("App").replace(
            `context.log.info("order: core")`, `throw WireError("NO_LUCK", "not today")`), [shapes()])]),
        /the app could not start: the core in .*libApp\.so could not start: .*not today/);
    const made = appWith(plugins(), { appAssembly: "dylib/libOther.so" });
    await running(made, async (host) => {
        await host.mounted();
        expect(lines(host, /order: (.*core)/g)).toEqual(["other core"]);
    });
}, 120_000);

test("a service that throws is left out, and so is a second one of its name", async () => {
    const twin = fixture("Clock").replaceAll("Clock()", "Twin()").replace("class Clock", "class Twin");
    const broken = fixture("Weather").replaceAll("Weather", "Broken").replace(`"weather"`, `"broken"`)
        .replace("async throws {}", `async throws { throw WireError("NO_LUCK", "not today") }`);
    const made = appWith([compile("Clock"), compile("Twin", twin), compile("Broken", broken)]);
    await running(made, async (host) => {
        await host.mounted();
        expect(await refused(host, "Twin")).toMatchObject({ code: "conflict", message: expect.stringContaining(`"clock"`) });
        expect(await refused(host, "Broken")).toMatchObject({ code: "initialization", message: expect.stringContaining("not today") });
        expect(await invoke<number>(host, "clock:seconds")).toBeGreaterThan(0);
    });
}, 120_000);

test("what a plugin declares is in the network policy that Bun starts with", async () => {
    const gate = `export const query = ({ host }: { host: string }) =>
        fetch("http://" + host + "/").then(() => "reached", (error) => error.code ?? error.name);`;
    const reach = (plugins: Plugin[], config: Record<string, unknown>) => {
        const made = webApp({ ...files, "bun/services/gate.ts": gate }, config);
        for (const plugin of plugins) install(made, plugin);
        return running(made, async (host) => {
            await host.mounted();
            const ask = (name: string) => host.eval<string>(`bridge.query("gate", { host: "${name}" })`);
            return [await ask("declared.invalid"), await ask("undeclared.invalid"), host.log];
        });
    };
    const strict = { security: { network: { mode: "allowlist" } } };
    const [declared, undeclared, log] = await reach([compile("Weather")], strict);
    expect(declared).not.toBe("FORBIDDEN");
    expect(undeclared).toBe("FORBIDDEN");
    expect(log).toContain(`"https://not.an.endpoint/" is no network endpoint`);
    expect((await reach([], strict))[0]).toBe("FORBIDDEN");
}, 120_000);
