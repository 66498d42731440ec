// The system's colour scheme: a real portal and a real settings service, and the screen frame by frame.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { Desktop } from "./desktop";
import { Host, running, webApp, within, type AppDirectory } from "./harness";
import { Screen } from "./screen";

const dark = "#16181d";
const light = "#f4f5f7";
const frame = { x: 100, y: 80, width: 400, height: 300 };
const window = { component: "app", ...frame, titleBarStyle: "none" };
// Leaves the window's background to be seen.
const bare = { "bun/web/app.ts": "export function mount() {}" };

let screen: Screen;
beforeAll(() => { screen = new Screen(); });
afterAll(() => screen.close());

async function onDesktop(body: (desktop: Desktop) => Promise<void>): Promise<void> {
    const desktop = await Desktop.start();
    try {
        await body(desktop);
    } finally {
        await desktop.end();
    }
}

/** Every colour that the window's place on the screen had, from before the start until the page had been shown. */
async function coloursOfStart(app: AppDirectory, desktop: Desktop, shown: (host: Host) => Promise<unknown>): Promise<string[]> {
    const stop = screen.record(frame);
    return await running(app, async (host) => {
        await host.mounted();
        await host.event("painted");
        await shown(host);
        return stop();
    }, desktop.environment).finally(stop);
}

test("the page, its media queries and the window follow the system's colour scheme, both ways", async () => {
    await onDesktop(async (desktop) => {
        const app = webApp({
            "bun/web/app.ts": `import { darkMode, nativeTheme, theme } from "@keystone/sdk/bridge";
                export function mount() {
                    const heard: unknown[] = [];
                    darkMode.onChange((dark) => heard.push(["darkMode", dark]));
                    nativeTheme.onChange((dark) => heard.push(["nativeTheme", dark]));
                    theme.onChange(({ colorScheme }) => heard.push(["theme", colorScheme]));
                    const style = getComputedStyle(document.documentElement);
                    Object.assign(window, { heard, darkMode, look: () => [
                        style.getPropertyValue("--ks-bg-base"), style.colorScheme, theme.colorScheme,
                        matchMedia("(prefers-color-scheme: dark)").matches] });
                }`,
        }, { windows: [window] });
        expect(desktop.portalScheme()).toBe(0);
        await running(app, async (host) => {
            await host.mounted();
            const changes = (count: number) => host.eval(
                `new Promise(done => { const look = () => heard.length >= ${count} && matchMedia("(prefers-color-scheme: dark)").matches === (theme() === "dark")
                    ? done(heard.splice(0)) : setTimeout(look, 5); const theme = () => getComputedStyle(document.documentElement).colorScheme; look(); })`);
            expect(await host.eval("look()")).toEqual([light, "light", "light", false]);
            await screen.becomes(frame, light);
            desktop.prefer("prefer-dark");
            expect(await changes(3)).toEqual([["darkMode", true], ["nativeTheme", true], ["theme", "dark"]]);
            expect(await host.eval("look()")).toEqual([dark, "dark", "dark", true]);
            expect(await host.eval("darkMode.isDark()")).toBe(true);
            await screen.becomes(frame, dark);
            // No preference is light again, though GTK was told to be dark meanwhile.
            desktop.prefer("default");
            expect(await changes(3)).toEqual([["darkMode", false], ["nativeTheme", false], ["theme", "light"]]);
            expect(await host.eval("look()")).toEqual([light, "light", "light", false]);
            await screen.becomes(frame, light);
        }, desktop.environment);
    });
});

test("a start on a dark desktop is dark from the first frame on", async () => {
    await onDesktop(async (desktop) => {
        desktop.prefer("prefer-dark");
        expect(desktop.portalScheme()).toBe(1);
        const app = webApp(bare, { windows: [window] });
        const before = [...screen.colours(frame)];
        const seen = await coloursOfStart(app, desktop, () => screen.becomes(frame, dark));
        expect(seen).toEqual([...before, dark]);
    });
});

test("it is dark from the first frame on though the portal has yet to be started", async () => {
    await onDesktop(async (desktop) => {
        desktop.prefer("prefer-dark");
        const app = webApp(bare, { windows: [window] });
        const before = [...screen.colours(frame)];
        const seen = await coloursOfStart(app, desktop, () => screen.becomes(frame, dark));
        expect(seen).toEqual([...before, dark]);
    });
});

test("a start on a light desktop shows the theme's background, not white, until the page shows its own", async () => {
    await onDesktop(async (desktop) => {
        const app = webApp({
            "bun/web/app.ts": `export function mount(root: HTMLElement) {
                (globalThis as any).turn = (colour: string) => { root.style.cssText = "position: absolute; inset: 0; background: " + colour; }; }`,
        }, { windows: [window] });
        const before = [...screen.colours(frame)];
        const seen = await coloursOfStart(app, desktop, async (host) => {
            await screen.becomes(frame, light);
            // The recorder would have seen it: it sees these, each for as long as the page takes to draw the next.
            for (const colour of ["#ffffff", "#0000ff"]) {
                await host.eval(`turn("${colour}")`);
                await within(screen.becomes(frame, colour), 5000, () => `never ${colour}`);
            }
        });
        expect(seen).toEqual([...before, light, "#ffffff", "#0000ff"]);
    });
});
