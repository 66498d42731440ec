// Apps on Wayland: all that X11 can do but the place of a window, which only the compositor chooses there.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { join } from "node:path";
import { AppDirectory, running, webApp, within } from "./harness";
import { Sway } from "./sway";

let sway: Sway;
beforeAll(async () => { sway = await Sway.start(); });
afterAll(() => sway.end());

const bridge = (config: Record<string, unknown> = {}) => webApp({
    "bun/web/app.ts": `import * as bridge from "@keystone/sdk/bridge"; import { colour } from "./colour";
        export function mount(root: HTMLElement) {
            root.style.cssText = "position: absolute; inset: 0; background: " + colour; Object.assign(window, { bridge }); }`,
    "bun/web/colour.ts": `export const colour = "rgb(200, 30, 30)";`,
}, { windows: [{ component: "app", title: "On Wayland", width: 500, height: 400, titleBarStyle: "none" }], ...config });

/** The colour in the middle of a window, in a picture that the compositor took. */
async function becomes(file: string, appID: string, colour: string): Promise<void> {
    let seen = "";
    await within((async () => {
        while (seen !== colour) {
            const [window] = sway.windows(appID);
            sway.picture(file);
            const x = window!.rect.x + Math.floor(window!.rect.width / 2), y = window!.rect.y + Math.floor(window!.rect.height / 2);
            seen = Bun.spawnSync(["convert", file, "-depth", "8", "-format", `%[hex:p{${x},${y}}]`, "info:"]).stdout.toString().slice(0, 6);
            await Bun.sleep(10);
        }
    })(), 10_000, () => `the window shows ${seen}, not ${colour}`);
}

test("an app runs, is shown under its id, and follows its sources", async () => {
    const app = bridge();
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/, wayland, /);
        const [window] = sway.windows("dev.keystone.test");
        expect(window!.name).toBe("On Wayland");
        expect([window!.rect.width, window!.rect.height]).toEqual([500, 400]);
        const picture = join(app.path, "screen.png");
        await becomes(picture, "dev.keystone.test", "C81E1E");
        const from = host.events.length;
        app.write("bun/web/colour.ts", `export const colour = "rgb(30, 160, 30)";`);
        await host.event("swapped", undefined, from);
        await becomes(picture, "dev.keystone.test", "1EA01E");
    }, sway.environment);
});

test("size works; a place and floating are refused in plain words", async () => {
    await running(bridge(), async (host) => {
        await host.mounted();
        await host.eval("bridge.nativeWindow.setBounds({ width: 640, height: 300 })");
        await host.eval(`new Promise(done => { const look = () => innerWidth === 640 && innerHeight === 300 ? done(1) : requestAnimationFrame(look); look(); })`);
        const refused = (call: string) => host.eval<[string, string]>(`bridge.nativeWindow.${call}.then(() => "allowed", error => [error.code, error.message])`);
        for (const call of ["setBounds({ x: 10, y: 10 })", "center()", "setFloating(true)"]) {
            const answer = await refused(call);
            expect(answer[0]).toBe("NOT_SUPPORTED");
            expect(answer[1]).toContain("Wayland");
        }
        expect(await host.eval<boolean>("bridge.nativeWindow.isFloating()")).toBe(false);
        const bounds = await host.eval<Record<string, number>>("bridge.nativeWindow.getBounds()");
        expect([bounds.width, bounds.height]).toEqual([640, 300]);
    }, sway.environment);
});

test("a window whose configuration asks to float opens all the same, and doesn't claim to", async () => {
    const windows = [{ component: "app", width: 300, height: 200, x: 7, y: 9, floating: true }];
    await running(bridge({ windows }), async (host) => {
        await host.mounted();
        expect(await host.eval<boolean>("bridge.nativeWindow.isFloating()")).toBe(false);
        await host.logged(/info \[page:1\] the window can't float/);
    }, sway.environment);
});

test("maximized and fullscreen are told to the page", async () => {
    await running(bridge(), async (host) => {
        await host.mounted();
        await host.eval(`bridge.nativeWindow.setFullscreen(true)`);
        const state = (expected: string) => host.eval(`new Promise(done => { const look = async () => {
            const state = await bridge.nativeWindow.getState(); ${expected} ? done(state) : setTimeout(look, 10); }; look(); })`);
        expect(await state("state.fullscreen && innerWidth === 1280")).toMatchObject({ fullscreen: true });
        await host.eval(`bridge.nativeWindow.setFullscreen(false)`);
        expect(await state("!state.fullscreen && innerWidth === 500")).toMatchObject({ fullscreen: false });
    }, sway.environment);
});

test("a page whose window is on another workspace isn't taken for broken", async () => {
    const app = webApp({}, { id: "dev.keystone.away" });
    sway.message(`assign [app_id="dev.keystone.away"] workspace 9`);
    await running(app, async (host) => {
        await host.mounted();
        // Twice the time limit, which leaves a busy machine time to open the window.
        await Bun.sleep(5000);
        expect(host.log).not.toContain("safe rendering");
        expect(host.events.some(({ event }) => event === "window-failed")).toBe(false);
        sway.message("workspace 9");
        await host.event("painted");
        sway.message("workspace 1");
    }, { ...sway.environment, KEYSTONE_PAINT_TIMEOUT: "2", KEYSTONE_RENDERING: "gpu" });
});

test("notes look on Wayland as they should", async () => {
    const app = new AppDirectory({}, "Examples/notes");
    const id = JSON.parse(app.read("keystone.json").replace(/^\s*\/\/.*$/gm, "")).id as string;
    await running(app, async (host) => {
        await host.mounted();
        await host.event("painted");
        const picture = process.env.KEYSTONE_KEEP_PICTURES ? join(process.env.KEYSTONE_KEEP_PICTURES, "wayland.png") : join(app.path, "screen.png");
        await becomes(picture, id, "FFFFFF");
    }, sway.environment);
});
