// The specification's own TypeScript, unchanged, under this host: `Tests/Fixtures/spec-*`. Snippets that are whole files are
// files of these apps; the others lie in `bun/snippets` and run with what they take for granted around them.
import { expect, test } from "bun:test";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, root, running, type Host } from "./harness";

const fixture = (name: string): AppDirectory => new AppDirectory({}, `Tests/Fixtures/${name}`);
const run = (host: Host, snippet: string) => host.eval(`snippets.${snippet}().then(() => "ran")`);
/** Waits in the page until an expression is true. */
const until = (host: Host, expression: string, window?: string) =>
    host.eval(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 5); look(); })`, window);

test("web components: registered by file name and by configuration, whichever is explicit wins", async () => {
    await running(fixture("spec-web"), async (host) => {
        await host.mounted();
        for (const component of ["dashboard", "settings"]) {
            await host.do("addSlot", { key: component, component, frame: { x: 0, y: 0, width: 200, height: 100 } });
            await host.mounted(component);
        }
        expect(await host.eval(`document.querySelector("#dashboard").textContent`)).toBe("dashboard in dashboard");
        expect(await host.eval(`document.querySelector("#settings").textContent`)).toBe("settings");
    });
});

test("web components: defineComponent, and the build guide's app.ts", async () => {
    await running(fixture("spec-web"), async (host) => {
        await host.mounted();
        const push = (channel: string, data: unknown) =>
            host.eval(`query("events", ${JSON.stringify({ channel, data })})`);
        const id = await host.eval<string>("ctx.windowId");

        await host.do("addSlot", { key: "heading", component: "heading", frame: { x: 0, y: 0, width: 300, height: 100 } });
        await host.mounted("heading");
        await push(`window:${id}:title`, { value: "From a push" });
        await until(host, `document.querySelector("h1").textContent === "From a push"`);
        await host.do("removeSlot", { key: "heading" });
        await until(host, `!document.querySelector("h1")`);

        await host.do("addSlot", { key: "guide", component: "guide", frame: { x: 0, y: 0, width: 300, height: 100 } });
        await host.mounted("guide");
        await push(`window:${id}:update`, { title: "Updated" });
        await until(host, `document.querySelector("#out").textContent === "Updated"`);
    });
});

test("web components: snippets for channels, theme, assets and windows", async () => {
    await running(fixture("spec-web"), async (host) => {
        await host.mounted();
        const push = (channel: string, data: unknown) =>
            host.eval(`query("events", ${JSON.stringify({ channel, data })})`);
        const id = await host.eval<string>("ctx.windowId");

        for (const snippet of ["refresh", "windowEvent", "gauge", "prices", "theme", "staticAsset", "paths"]) {
            expect(await run(host, snippet)).toBe("ran");
        }
        await push(`window:${id}:refresh`, {});
        await push(`window:${id}:event`, { event: 1 });
        await until(host, "heard.length === 2");
        expect(await host.eval("heard")).toEqual(["reload", { event: 1 }]);
        await push("metrics:cpu", { percent: 72.44 });
        await until(host, `gauge.textContent === "72.4%"`);
        await push("prices:btc", { usd: 62_000 });
        await until(host, "priceEl.textContent.startsWith('$62')");

        expect(await host.eval("root.style.color")).toBe("var(--ks-text-primary)");
        expect(await host.eval("getComputedStyle(root).color")).toMatch(/^rgb\(/);
        expect(await host.eval(`getComputedStyle(document.querySelector(".titlebar")).height`)).toBe("38px");
        expect(await host.eval<number>(`new Promise((done, failed) => {
            const img = new Image(); img.onload = () => done(img.naturalWidth); img.onerror = failed; img.src = "/web/assets/logo.png";
        })`)).toBe(4);
        const paths = await host.eval<Record<string, string>>(`query("paths")`);
        for (const name of ["appRoot", "userData", "documents", "downloads", "desktop", "temp"]) expect(paths[name]).toStartWith("/");
    });
});

test("window calls: floating, opening, bounds, minimise, maximise, close", async () => {
    await running(fixture("spec-web"), async (host) => {
        await host.mounted();
        expect(await run(host, "floating")).toBe("ran");
        expect(await run(host, "openWindow")).toBe("ran");
        await host.mounted("settings");
        // It closes its own window at the end, so nobody waits for what it gives.
        await host.eval(`void snippets.nativeWindow()`);
        const app = await host.event("window-closed");
        expect(app.window).toBe("1");
    });
});

test("app calls, the last of which quits", async () => {
    const app = fixture("spec-web");
    await running(app, async (host) => {
        await host.mounted();
        await host.eval("void snippets.app()");
        expect(await host.exited).toBe(0);
    });
});

test("services: both styles, store, calls, pushes, actions, custom web messages", async () => {
    await running(fixture("spec-services"), async (host) => {
        await host.mounted();
        const fragment = (names: Record<string, unknown>) =>
            host.eval<string[]>(`query("fragments", ${JSON.stringify(names)})`);

        expect(await run(host, "query")).toBe("ran");
        expect(await run(host, "calling")).toBe("ran");
        const note = await host.eval<{ id: string }>(`invokeBun("notes:create", { title: "One", body: "Two" })`);
        expect(await host.eval<unknown>(`invokeBun("notes:getAll")`)).toEqual([{ id: note.id, title: "One", body: "Two" }]);
        expect(await host.eval<unknown>(`query("notes")`)).toEqual([{ id: note.id, title: "One", body: "Two" }]);
        await until(host, "heard.length > 0");
        await host.eval(`action("notes:refresh")`);
        await until(host, `JSON.stringify(heard.at(-1)).includes("One")`);

        await host.eval(`void subscribe("chat:messages", message => heard.push(message))`);
        expect(await run(host, "chatSend")).toBe("ran");
        await until(host, "heard.some(item => item.saved)");
        expect(await host.eval("heard.find(item => item.saved)")).toEqual({ text: "Hello", roomId: "general", saved: true });

        await host.eval(`void subscribe("files:list", files => heard.push(files))`);
        await host.eval(`action("file:refresh")`);
        await until(host, `heard.some(item => item[0] === "one.txt")`);

        await host.eval(`void subscribe("metrics:cpu", data => { window.cpu = data })`);
        await until(host, "window.cpu?.percent === 12.5");
        expect(await fragment({ run: "push" })).toEqual(["before"]);
        expect(await fragment({ run: "call" })).toEqual(["before"]);
        expect(await fragment({ run: "action" })).toEqual(["before"]);
        expect(await fragment({ run: "interService", args: { a: 1 } })).toEqual(["before"]);
        // Both end with `clear()`.
        expect(await fragment({ run: "store" })).toEqual([]);
        expect(await fragment({ run: "handle", key: "k", value: [1], channel: "c:h", data: 1, args: { b: 2 } })).toEqual([]);
        expect(await host.eval<unknown[]>(`query("other-service", "last")`)).toEqual([{ a: 1 }, { b: 2 }, "last"]);

        expect(await host.eval<unknown>(`query("my-service")`)).toEqual({ ok: true });
        // The second answer comes out of the store.
        const [first, second] = await host.eval<unknown[]>(
            `(async () => [await query("weather", { city: "Oslo" }), await query("weather", { city: "Oslo" })])()`);
        expect(second).toEqual(first);
    });
});

test("services: what the process model says", async () => {
    await running(fixture("spec-process"), async (host) => {
        await host.mounted();
        await host.eval(`void subscribe("chat:messages", message => { window.message = message })`);
        for (const snippet of ["invokeBun", "query", "send"]) expect(await run(host, snippet)).toBe("ran");
        expect(await host.eval<unknown[]>(`invokeBun("notes:getAll")`)).toMatchObject([{ title: "Hello", body: "World" }]);
        await until(host, "window.message");
        expect(await host.eval("window.message")).toEqual({ text: "Hello", room: "general" });
    });
});

for (const name of ["spec-host", "spec-host-lifecycle"]) {
    test(`host.ts: ${name}`, async () => {
        const app = fixture(name);
        await running(app, async (host) => {
            await host.mounted();
            expect(await host.eval<unknown>(`invokeBun("app:getConfig")`)).toEqual({ theme: "plain" });
            expect(await host.eval<unknown>(`query("db", { sql: "x" })`)).toBe("rows of x");
            await host.eval(`void subscribe("app:status", status => { window.status2 = status })`);
            await until(host, "window.status2?.ready");
            await host.eval(`void subscribe("app:refresh", () => { window.refreshed = true })`);
            await host.eval(`action("app:refresh")`);
            await until(host, "window.refreshed");
            expect(await host.quit()).toBe(0);
            expect(app.read("bun/flushed.txt")).toBe("flushed\n");
        });
    });
}

test("host.ts: services and handlers that it registers itself", async () => {
    const app = fixture("spec-host-db");
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<unknown>(`query("db", { sql: "x" })`)).toEqual(["row of x"]);
        expect(await host.eval<unknown>(`query("report")`)).toEqual(["row of select 1"]);
        expect(await host.quit()).toBe(0);
        expect(existsSync(join(app.path, "bun/closed.txt"))).toBe(true);
    });
    await running(fixture("spec-host-invoke"), async (host) => {
        await host.mounted();
        expect(await host.eval<unknown>(`invokeBun("app:getConfig")`)).toEqual({ from: "disk" });
    });
});

for (const config of ["allowlist", "locked-down"]) {
    test(`security: the action allow-list of "${config}"`, async () => {
        await running(fixture("spec-security"), async (host) => {
            await host.mounted();
            await host.eval(`action("secret:thing")`);
            await host.eval(`action("other:myapp:x")`);
            await host.eval(`action("myapp:save")`);
            // Messages are in order: when the allowed one is there, the refused ones have been decided on.
            await host.eval(`(async () => { while (!(await query("recorder")).length); })()`);
            expect(await host.eval<unknown>(`query("recorder")`)).toEqual(["myapp:save"]);
        }, { KEYSTONE_TEST_CONFIG: config });
    });
}

test("workers: relays both ways, direct connections, an extension host's channels", async () => {
    await running(fixture("spec-workers"), async (host) => {
        await host.mounted();
        for (const worker of ["reader", "data-processor", "extension-host"]) {
            await host.event("worker", (event) => event.worker === worker && event.state === "running");
        }
        const ask = <T>(worker: string, service: string, args?: unknown) =>
            host.do<T>("queryWorker", { worker, service, args });
        const reader = (run: string) => ask<{ ticks: unknown[]; ports: Record<string, number> }>("reader", "fragments", run);

        // The service that connects when it starts, whichever of the two workers was first.
        const { ports } = await reader("ports");
        expect(Object.keys(ports)).toEqual(["data-processor"]);
        // The worker that it waits for was told to it while it started.
        expect(host.log).not.toMatch(/still starts/);
        while ((await reader("ticks")).ticks.length === 0) await host.event("worker");
        await reader("connect");
        await reader("relay");
        expect(await host.eval<unknown>(`import("@keystone/sdk/bridge").then(b => b.query("main-fragments"))`)).toEqual(ports);
        while ((await ask<unknown[]>("data-processor", "heavy-compute", "heard")).length < 3) await host.event("worker");
        const heard = await ask<unknown[]>("data-processor", "heavy-compute", "heard");
        for (const message of [
            ["task:enqueue", { job: "cleanup" }], ["task:start", { job: "backfill", range: "2024-01" }], ["channel", { from: "main" }],
        ]) expect(heard).toContainEqual(message);

        await host.eval(`import("@keystone/sdk/bridge").then(b => { window.heard = []; for (const c of ["ext:note", "prices:btc", "ticks:realtime"]) b.subscribe(c, d => heard.push(c)) })`);
        expect(await ask<string>("extension-host", "user-extension")).toBe("pushed");
        expect(await ask<unknown>("extension-host", "custom-alerts")).toEqual({ ok: true });
        await until(host, `heard.includes("ext:note") && heard.includes("ticks:realtime")`);
        expect(await host.eval<boolean>(`heard.includes("prices:btc")`)).toBe(false);
        await host.logged(/push "prices:btc" was dropped/);
    });
});

// What the specification shows as a part of a configuration gets a name and an id around it.
for (const file of readdirSync(join(root, "Tests/Fixtures/spec-config"))) {
    test(`configuration: ${file} has no errors`, async () => {
        const snippet = await Bun.file(join(root, "Tests/Fixtures/spec-config", file)).text();
        const text = snippet.includes('"name": "') && snippet.includes('"id"')
            ? snippet
            : snippet.replace("{", '{ "name": "Part", "id": "dev.keystone.part",');
        const app = new AppDirectory({ "keystone.json": text, "bun/web/app.ts": "export function mount() {}" });
        const result = await command(["check", app.path]);
        app.remove();
        expect({ code: result.code, errors: result.err.match(/error:.*/g) ?? [] }).toEqual({ code: 0, errors: [] });
    });
}
