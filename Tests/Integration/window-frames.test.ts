// Windows as the window manager and the user's pointer see them.
import { afterAll, beforeAll, expect, test } from "bun:test";
import { running, webApp, within, type AppDirectory, type Host } from "./harness";
import { Screen } from "./screen";

let screen: Screen;
beforeAll(() => { screen = new Screen(); });
afterAll(() => screen.close());

type Bounds = { x: number; y: number; width: number; height: number };

const coloured = (windows: Record<string, unknown>[]): AppDirectory => webApp(Object.fromEntries(
    ["app:#c81e1e", "second:#1e1ec8"].map((entry) => entry.split(":")).map(([name, colour]) => [`bun/web/${name}.ts`,
        `import * as bridge from "@keystone/sdk/bridge";
        export function mount(root: HTMLElement) {
            root.style.cssText = "position: absolute; inset: 0; background: ${colour}"; Object.assign(window, { bridge }); }`])),
    { windows });

function run(...command: (string | number)[]): string {
    const result = Bun.spawnSync(command.map(String));
    if (result.exitCode !== 0) throw new Error(`${command.join(" ")}: ${result.stderr}`);
    return result.stdout.toString().trim();
}

/** The X window with this title. */
const xid = (host: Host, title: string) => run("xdotool", "search", "--all", "--onlyvisible", "--pid", host.pid, "--name", `^${title}$`);
const property = (id: string, name: string) => run("xprop", "-id", id, name);

async function until<T>(look: () => T | Promise<T>, fits: (value: T) => boolean): Promise<T> {
    let last: T;
    return await within((async () => {
        for (;;) {
            last = await look();
            if (fits(last)) return last;
            await Bun.sleep(10);
        }
    })(), 10_000, () => `stays ${JSON.stringify(last)}`);
}

const bounds = (host: Host, window = "app") => host.do<Bounds>("bounds", { window });

test("the edges of a window with a hidden title bar resize it, and its content fills it", async () => {
    const app = coloured([{ component: "app", title: "Edges", x: 200, y: 150, width: 500, height: 300, titleBarStyle: "hidden" }]);
    await running(app, async (host) => {
        await host.mounted();
        await until(() => bounds(host), ({ x, y }) => x === 200 && y === 150);
        await until(() => screen.colours({ x: 210, y: 200, width: 480, height: 240 }), (seen) => seen.size === 1 && seen.has("#c81e1e"));
        run("xdotool", "mousemove", 701, 300, "mousedown", 1);
        // The window manager takes the pointer some time after the press: it is moved until it has.
        try {
            await until(() => {
                run("xdotool", "mousemove", 760, 300, "mousemove", 761, 300);
                return bounds(host);
            }, ({ width }) => width >= 555 && width <= 565);
        } finally {
            run("xdotool", "mouseup", 1);
        }
        // The last move may still be on its way.
        await until(() => Promise.all([bounds(host), host.eval<number>("innerWidth")]), ([{ width }, inner]) => width === inner && width > 500);
        const { height, x, y } = await bounds(host);
        expect([x, y, height]).toEqual([200, 150, 300]);
        await until(() => screen.colours({ x: 210, y: 200, width: 540, height: 240 }), (seen) => seen.size === 1 && seen.has("#c81e1e"));
    });
});

test("a floating window stays above a window that is raised over it", async () => {
    const place = { x: 100, y: 100, width: 300, height: 200, titleBarStyle: "none" };
    const app = coloured([{ component: "app", title: "Above", floating: true, ...place }, { component: "second", title: "Raised", ...place }]);
    await running(app, async (host) => {
        await Promise.all([host.mounted(), host.mounted("second")]);
        const above = xid(host, "Above");
        await until(() => property(above, "_NET_WM_STATE"), (state) => state.includes("_NET_WM_STATE_ABOVE"));
        const raised = xid(host, "Raised");
        run("xdotool", "windowactivate", raised);
        await until(() => run("xdotool", "getactivewindow"), (active) => active === raised);
        await screen.becomes(place, "#c81e1e");
        await host.eval("bridge.nativeWindow.setFloating(false)", "app");
        await until(() => property(above, "_NET_WM_STATE"), (state) => !state.includes("_NET_WM_STATE_ABOVE"));
        run("xdotool", "windowraise", raised);
        await screen.becomes(place, "#1e1ec8");
    });
}, 20_000);

test("minimized, maximized and fullscreen reach the page, and a restore by the window manager does", async () => {
    const app = coloured([{ component: "app", title: "States", width: 400, height: 300 }]);
    await running(app, async (host) => {
        await host.mounted();
        const id = xid(host, "States");
        const state = () => host.eval<Record<string, boolean>>("bridge.nativeWindow.getState()");
        await host.eval("void (window.heard = [], bridge.subscribe('windowState', state => heard.push(state)))");
        const heard = () => host.eval<Record<string, boolean>[]>("heard");
        await host.eval("bridge.nativeWindow.minimize()");
        await until(state, ({ minimized }) => minimized === true);
        await until(heard, (all) => all.some(({ minimized }) => minimized === true));
        run("xdotool", "windowactivate", id);
        await until(state, ({ minimized }) => minimized === false);
        await host.eval("bridge.nativeWindow.setFullscreen(true)");
        await until(state, ({ fullscreen }) => fullscreen === true);
        // Nothing of the frame is left at the screen's edges.
        await until(() => host.eval<number>("innerWidth"), (width) => width === 1280);
        await host.eval("bridge.nativeWindow.setFullscreen(false)");
        await until(state, ({ fullscreen }) => fullscreen === false);
        await host.eval("bridge.nativeWindow.maximize()");
        await until(heard, (all) => all.some(({ maximized }) => maximized === true));
        expect(await state()).toMatchObject({ maximized: true, minimized: false, fullscreen: false });
    });
}, 20_000);

test("titles hold every script, and each window keeps its own", async () => {
    const titles = ["Überblick 🗒️ 日本語", "مرحبا بالعالم"];
    const app = coloured([{ component: "app", title: titles[0] }, { component: "second", title: "plain" }]);
    await running(app, async (host) => {
        await Promise.all([host.mounted(), host.mounted("second")]);
        const plain = xid(host, "plain");
        await host.eval(`bridge.nativeWindow.setTitle(${JSON.stringify(titles[1])})`, "second");
        await until(() => run("xdotool", "getwindowname", plain), (name) => name === titles[1]);
        expect(run("xdotool", "search", "--all", "--onlyvisible", "--pid", host.pid, "--name", "Überblick").split("\n").length).toBe(1);
        await host.eval("bridge.nativeWindow.focus()", "app");
        await until(() => run("xdotool", "getactivewindow", "getwindowname"), (name) => name === titles[0]);
        await host.eval("bridge.nativeWindow.focus()", "second");
        await until(() => run("xdotool", "getactivewindow", "getwindowname"), (name) => name === titles[1]);
    });
});

test("the window manager is told of least and fixed sizes", async () => {
    const app = coloured([
        { component: "app", title: "Least", width: 400, height: 300, minWidth: 320, minHeight: 240, titleBarStyle: "none" },
        { component: "second", title: "Fixed", width: 350, height: 250, resizable: false, titleBarStyle: "none" },
    ]);
    await running(app, async (host) => {
        await Promise.all([host.mounted(), host.mounted("second")]);
        const least = xid(host, "Least");
        expect(property(least, "WM_NORMAL_HINTS")).toMatch(/minimum size: 320 by 240/);
        run("xdotool", "windowsize", least, 100, 100);
        await until(() => bounds(host), ({ width, height }) => width === 320 && height === 240);
        const fixed = property(xid(host, "Fixed"), "WM_NORMAL_HINTS");
        expect(fixed).toMatch(/minimum size: 350 by 250/);
        expect(fixed).toMatch(/maximum size: 350 by 250/);
    });
});

test("a headless window's page has timers, network, layout and animation frames", async () => {
    const app = coloured([{ component: "app", headless: true, width: 640, height: 480 }]);
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<number>("new Promise(done => { let n = 0; const t = setInterval(() => { if (++n === 20) { clearInterval(t); done(n); } }, 5); })")).toBe(20);
        expect(await host.eval<number>("fetch('/__host__').then(answer => answer.status)")).toBe(200);
        expect(await host.eval("(r => [r.width, r.height])(document.body.getBoundingClientRect())")).toEqual([640, 480]);
        expect(await host.eval<number>("new Promise(done => { let n = 0; const look = () => ++n === 5 ? done(n) : requestAnimationFrame(look); look(); })")).toBe(5);
    });
});

test("a renderless window mounts and answers", async () => {
    const app = coloured([{ component: "app", title: "Renderless", renderless: true, width: 300, height: 200 }]);
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval("bridge.nativeWindow.getTitle()")).toBe("Renderless");
    });
});
