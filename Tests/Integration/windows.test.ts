import { expect, test } from "bun:test";
import { join } from "node:path";
import { command, type Host, running, webApp, type AppDirectory } from "./harness";

const bridgeApp = (files = {}, config = {}): AppDirectory => webApp({
    "bun/web/app.ts": `import * as bridge from "@keystone/sdk/bridge";
        export function mount(root: HTMLElement, ctx: any) { root.textContent = "app"; Object.assign(window, { bridge, ctx }); }`,
    ...files,
}, config);

type Bounds = { x: number; y: number; width: number; height: number };

test("a window has the size, position and title of its configuration, and reports them", async () => {
    const app = bridgeApp({}, { windows: [{ component: "app", title: "Here", width: 500, height: 400, x: 120, y: 90, titleBarStyle: "none" }] });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<string>("bridge.nativeWindow.getTitle()")).toBe("Here");
        expect(await host.eval<Bounds>("bridge.nativeWindow.getBounds()")).toEqual({ x: 120, y: 90, width: 500, height: 400 });
        expect(await host.eval<number[]>("[innerWidth, innerHeight]")).toEqual([500, 400]);
    });
});

test("bounds change in part and stay otherwise", async () => {
    const app = bridgeApp({}, { windows: [{ component: "app", width: 500, height: 400, x: 100, y: 100, titleBarStyle: "none" }] });
    await running(app, async (host) => {
        await host.mounted();
        await host.eval("bridge.nativeWindow.setBounds({ width: 640 })");
        expect(await host.eval<number>(`new Promise(done => {
            const look = () => innerWidth === 640 ? done(innerHeight) : requestAnimationFrame(look); look(); })`)).toBe(400);
        await host.eval("bridge.nativeWindow.setBounds({ x: 30, y: 40 })");
        const bounds = await host.eval<Bounds>("bridge.nativeWindow.getBounds()");
        expect([bounds.x, bounds.y, bounds.width]).toEqual([30, 40, 640]);
    });
});

test("maximize toggles, and the page hears of it", async () => {
    const app = bridgeApp({}, { windows: [{ component: "app", width: 500, height: 400 }] });
    await running(app, async (host) => {
        await host.mounted();
        await host.eval("bridge.nativeWindow.maximize()");
        await host.eval("new Promise(done => { const look = () => innerWidth > 1000 ? done(1) : requestAnimationFrame(look); look(); })");
        expect(await host.eval<boolean>("bridge.nativeWindow.isMaximized()")).toBe(true);
        await host.eval("bridge.nativeWindow.maximize()");
        await host.eval("new Promise(done => { const look = () => innerWidth === 500 ? done(1) : requestAnimationFrame(look); look(); })");
    });
});

test("floating can be set, read and unset", async () => {
    await running(bridgeApp({}, { windows: [{ component: "app", floating: true }] }), async (host) => {
        await host.mounted();
        expect(await host.eval<boolean>("bridge.nativeWindow.isFloating()")).toBe(true);
        await host.eval("bridge.nativeWindow.setFloating(false)");
        expect(await host.eval<boolean>("bridge.nativeWindow.isFloating()")).toBe(false);
    });
});

test("windows open at run time, with an id of their own, and close themselves", async () => {
    const app = bridgeApp(
        { "bun/web/settings.ts": `import { nativeWindow } from "@keystone/sdk/bridge";
            export function mount(root: HTMLElement, ctx: any) { root.textContent = "settings " + ctx.windowId; (window as any).leave = () => nativeWindow.close(); }` },
        { windows: [{ component: "app" }, { component: "settings", spawn: false, width: 320, height: 240, titleBarStyle: "none" }] });
    await running(app, async (host) => {
        await host.mounted();
        expect((await host.do<unknown[]>("windows")).length).toBe(1);
        const id = await host.eval<string>(`bridge.nativeWindow.open("settings")`);
        await host.mounted("settings");
        expect(await host.eval<string>("document.body.innerText.trim()", "settings")).toBe(`settings ${id}`);
        expect(await host.eval<number[]>("[innerWidth, innerHeight]", "settings")).toEqual([320, 240]);
        await host.eval("setTimeout(window.leave)", "settings");
        await host.event("window-closed", (event) => event.window === id);
        expect((await host.do<unknown[]>("windows")).length).toBe(1);
    });
});

test("a headless window runs its page and is never shown", async () => {
    const app = bridgeApp({}, { windows: [{ component: "app", headless: true, width: 640, height: 480 }] });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<number[]>("[innerWidth, innerHeight]")).toEqual([640, 480]);
        const shown = Bun.spawnSync(["xdotool", "search", "--onlyvisible", "--pid", String(host.pid)]);
        expect(shown.stdout.toString().trim()).toBe("");
    });
});

test("toolkit title bars are refused with a clear error", async () => {
    const app = webApp({}, { windows: [{ component: "app", titleBarStyle: "toolkit" }] });
    const result = await command(["run", app.path, "--eval", "1"]);
    expect(result.code).toBe(1);
    expect(result.err).toContain("toolkit");
    expect(result.err).toContain("hidden");
    app.remove();
});

test("a hidden title bar tells the page how much its controls take", async () => {
    await running(bridgeApp(), async (host) => {
        await host.mounted();
        const inset = await host.eval<string>(`getComputedStyle(document.documentElement).getPropertyValue("--ks-inset-right")
            + getComputedStyle(document.documentElement).getPropertyValue("--ks-inset-left")`);
        expect(inset).toMatch(/[1-9]\d*px/);
    });
});

const mouse = (...args: (string | number)[]) => {
    const run = Bun.spawnSync(["xdotool", ...args.map(String)]);
    expect(run.exitCode).toBe(0);
};

/** Moves the held pointer until the window has followed to x, y: the window manager takes it some time after the press. */
async function drag(host: Host, to: [number, number], x: number, y: number): Promise<void> {
    try {
        for (;;) {
            mouse("mousemove", to[0] - 1, to[1], "mousemove", ...to);
            const bounds = await host.do<Bounds>("bounds", { window: "app" });
            if (bounds.x === x && bounds.y === y) return;
        }
    } finally {
        mouse("mouseup", 1);
    }
}

/** Waits until the window's content lies there. */
async function isAt(host: Host, x: number, y: number): Promise<void> {
    for (;;) {
        const bounds = await host.do<Bounds>("bounds", { window: "app" });
        if (bounds.x === x && bounds.y === y) return;
    }
}

test("nativeWindow.startDrag moves the window with the button that is held", async () => {
    const app = bridgeApp({
        "bun/web/app.ts": `import { nativeWindow } from "@keystone/sdk/bridge";
            export function mount(root: HTMLElement) {
                root.innerHTML = '<div style="position: absolute; inset: 0">hold me</div>';
                root.addEventListener("mousedown", async () => { await nativeWindow.startDrag(); (window as any).held = true; });
            }`,
    }, { windows: [{ component: "app", width: 400, height: 300, x: 100, y: 100, titleBarStyle: "none" }] });
    await running(app, async (host) => {
        await host.mounted();
        await isAt(host, 100, 100);
        mouse("mousemove", 200, 200, "mousedown", 1);
        await host.eval("new Promise(done => { const look = () => window.held ? done(1) : setTimeout(look, 10); look(); })");
        await drag(host, [260, 230], 160, 130);
    });
});

test("a drag region of the app's CSS moves the window, a no-drag child does not", async () => {
    const app = webApp({
        "bun/web/app.ts": `import "./app.css";
            export function mount(root: HTMLElement) {
                root.innerHTML = '<div class="bar"><button>go</button></div>';
                root.querySelector("button")!.addEventListener("click", () => { (window as any).clicked = true; });
            }`,
        "bun/web/app.css": ".bar { position: absolute; top: 0; left: 0; right: 0; height: 60px; -webkit-app-region: drag } .bar button { position: absolute; left: 200px; top: 10px; width: 80px; height: 40px; -webkit-app-region: no-drag }",
    }, { windows: [{ component: "app", width: 500, height: 300, x: 100, y: 100, titleBarStyle: "none" }] });
    await running(app, async (host) => {
        await host.mounted();
        mouse("mousemove", 340, 130, "click", 1);
        await host.eval("new Promise(done => { const look = () => window.clicked ? done(1) : setTimeout(look, 10); look(); })");
        await isAt(host, 100, 100);
        mouse("mousemove", 150, 130, "mousedown", 1);
        // The page must have seen the press before the pointer moves on.
        await host.logged(/drag/);
        await drag(host, [250, 180], 200, 150);
    }, { KEYSTONE_LOG_LEVEL: "debug" });
});

test("slots are added, moved, swapped and removed", async () => {
    const app = bridgeApp({ "bun/web/side.ts": `
        export function mount(root: HTMLElement, ctx: any) { root.id = "side"; root.dataset.key = ctx.slotKey; root.textContent = "side"; }
        export function unmount() { (window as any).left = ((window as any).left ?? 0) + 1; }` });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "panel", component: "side", frame: { x: 10, y: 20, width: 100, height: 50 } });
        await host.mounted("side");
        const rect = () => host.eval(`(r => [r.x, r.y, r.width, r.height])(document.querySelector("#side").getBoundingClientRect())`);
        expect(await rect()).toEqual([10, 20, 100, 50]);
        expect(await host.eval<string>(`document.querySelector("#side").dataset.key`)).toBe("panel");
        await host.do("moveSlot", { key: "panel", frame: { x: 30, y: 40, width: 60, height: 70 } });
        expect(await rect()).toEqual([30, 40, 60, 70]);
        const from = host.events.length;
        await host.do("hotSwapSlot", { key: "panel" });
        await host.event("swapped", (event) => event.component === "side", from);
        expect(await host.eval<number>("window.left")).toBe(1);
        await host.do("removeSlot", { key: "panel" });
        expect(await host.eval(`[window.left, document.querySelector("#side")]`)).toEqual([2, null]);
    });
});

test("what a window shows before its page is the theme's background", async () => {
    // The page never paints anything: what is captured is the window's own.
    const app = webApp({ "bun/web/app.ts": "export function mount() {}" }, { windows: [{ component: "app", width: 200, height: 200, titleBarStyle: "none" }] });
    const file = join(app.path, "shot.png");
    const result = await command(["run", app.path, "--screenshot", file]);
    expect(result.code).toBe(0);
    const colour = Bun.spawnSync(["convert", file, "-format", "%[pixel:p{100,100}]", "info:"]).stdout.toString();
    expect(colour).not.toMatch(/^s?rgba?\(255,255,255/);
    expect(colour).not.toBe("white");
    app.remove();
});
