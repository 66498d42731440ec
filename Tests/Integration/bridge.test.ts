import { expect, test } from "bun:test";
import { type Host, running, webApp } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement, ctx: any) { root.textContent = "page"; Object.assign(window, { bridge, ctx }); }`;
const failure = `(error => ({ name: error.name, code: error.code, message: error.message }))`;

/** Both ways that calls take. */
const paths = [["link", { KEYSTONE_FAST_PATH: "on" }], ["messages", { KEYSTONE_FAST_PATH: "off" }]] as const;

/** The page is there, and calls the way that it should. */
async function onThe(path: string, host: Host): Promise<void> {
    await host.mounted();
    await host.eval(`bridge.invoke("app:getName")`);
    expect(await host.eval<string>(`globalThis[Symbol.for("keystone.bridge/1")].host.path`)).toBe(path);
}

for (const [path, env] of paths) {
    test(`invoke: results, missing handlers, bad arguments; ${path}`, async () => {
        await running(webApp({ "bun/web/app.ts": page }), async (host) => {
            await onThe(path, host);
            expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
            const missing = await host.eval<any>(`bridge.invoke("window:setTitel", {}).catch${failure}`);
            expect(missing.code).toBe("NO_HANDLER");
            expect(missing.message).toContain("window:setTitle");
            const wrong = await host.eval<any>(`bridge.invoke("window:setTitle", { title: 7 }).catch${failure}`);
            expect(wrong.code).toBe("BAD_REQUEST");
            expect(wrong.message).toContain("title");
        }, env);
    });

    test(`invoke with bytes reaches the host, and its errors come back; ${path}`, async () => {
        await running(webApp({ "bun/web/app.ts": page }), async (host) => {
            await onThe(path, host);
            const missing = await host.eval<any>(`bridge.invoke("window:setTitel", new Uint8Array(1 << 20)).catch${failure}`);
            expect(missing.code).toBe("NO_HANDLER");
            const wrong = await host.eval<any>(`bridge.invoke("window:setTitle", new Uint8Array([1, 2])).catch${failure}`);
            expect(wrong.code).toBe("BAD_REQUEST");
            expect(wrong.message).toContain("not binary data");
        }, env);
    });
}

test("a page that posts garbage and 100 MB gets errors, and everything goes on", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        const post = (body: string) => host.eval<string>(
            `window.webkit.messageHandlers.keystone.postMessage(${body}).then(() => "resolved", error => error.message)`);
        for (const body of [`"garbage"`, `""`, `"\\n\\n"`, `"1\\nchannel"`, `{ a: 1 }`, `null`, `42`, `[1, 2]`, `"x".repeat(100000)`]) {
            expect(await post(body)).toContain("BAD_REQUEST");
        }
        expect(await post(`"1\\nwindow:setTitle\\n{broken"`)).toContain("BAD_REQUEST");
        const large = await post(`"1\\nwindow:setTitle\\n" + JSON.stringify({ title: "x".repeat(100 << 20) })`);
        expect(large).toMatch(/BAD_REQUEST|TOO_LARGE/);
        await host.eval(`[0, "", "{", "[]", '{"type":1}', '{"type":"mounted"}', { type: "ready" }, "x".repeat(2 << 20)]
            .forEach(body => window.webkit.messageHandlers.keystoneHost.postMessage(body))`);
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
});

test("services: query, handle, push, replay, actions, errors", async () => {
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/services/echo.ts": `import { defineService } from "@keystone/sdk/service";
            export default defineService("echo")
                .query((args: unknown) => ({ args }))
                .handle("echo:fail", () => { throw Object.assign(new Error("no luck"), { code: "LUCK" }); })
                .handle("echo:hang", () => new Promise(() => {}))
                .onAction((action, svc) => { if (action === "echo:now") svc.push("echo:acted", { action }); })
                .build((svc) => { svc.push("echo:state", { ready: true }); });`,
    });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval(`bridge.query("echo", [1, { a: "ü" }])`)).toEqual({ args: [1, { a: "ü" }] });
        expect(await host.eval<any>(`bridge.invokeBun("echo:fail").catch${failure}`)).toMatchObject({ code: "LUCK", message: "no luck" });
        expect((await host.eval<any>(`bridge.query("ecko").catch${failure}`)).code).toBe("NO_HANDLER");
        expect((await host.eval<any>(`bridge.invokeBun("echo:hang", null, { timeout: 50 }).catch${failure}`)).code).toBe("TIMEOUT");
        expect((await host.eval<any>(`(() => { const c = new AbortController(); const p = bridge.invokeBun("echo:hang", null, { signal: c.signal }); c.abort(); return p; })().catch${failure}`)).code).toBe("ABORTED");
        expect(await host.eval(`new Promise(done => bridge.subscribe("echo:state", done))`)).toEqual({ ready: true });
        expect(await host.eval(`new Promise(done => { bridge.subscribe("echo:acted", done); bridge.action("echo:now"); })`)).toEqual({ action: "echo:now" });
    });
});

test("publish reaches the other window; a window's private channel is its own", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/web/two.ts": page }, { windows: [{ component: "app" }, { component: "two" }] });
    await running(app, async (host) => {
        await Promise.all([host.mounted("app"), host.mounted("two")]);
        await host.eval(`bridge.subscribe("news", value => { window.news = value; })`, "two");
        await host.eval(`bridge.publish("news", { from: "app" })`, "app");
        expect(await host.eval(`new Promise(done => { const look = () => window.news ? done(window.news) : setTimeout(look, 10); look(); })`, "two"))
            .toEqual({ from: "app" });
    });
});

test("theme tokens are there before the first script and follow the system live", async () => {
    await running(webApp({ "bun/web/app.ts": `const early = getComputedStyle(document.documentElement).getPropertyValue("--ks-bg-surface");
        export function mount(root: HTMLElement) { root.textContent = "x"; (window as any).early = early; }` }), async (host) => {
        await host.mounted();
        expect(await host.eval<string>("window.early")).toMatch(/#|rgb/);
        const tokens = ["bg-base", "bg-surface", "bg-elevated", "bg-chrome", "bg-strip", "bg-hover", "bg-pressed", "bg-button",
            "bg-button-hover", "bg-button-dark", "bg-medium", "bg-light", "stroke", "divider", "accent", "accent-bright",
            "accent-header", "success", "warning", "danger", "text-primary", "text-secondary", "text-muted", "text-subtle", "font"];
        const missing = await host.eval(`${JSON.stringify(tokens)}.filter(name => !getComputedStyle(document.documentElement).getPropertyValue("--ks-" + name).trim())`);
        expect(missing).toEqual([]);
    });
});

test("leaving the app's origin is stopped; the window stays", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        await host.eval(`setTimeout(() => { location.href = "http://elsewhere.invalid/page"; })`);
        await host.logged(/elsewhere\.invalid/);
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
});
