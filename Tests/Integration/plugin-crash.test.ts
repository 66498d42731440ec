// Plugins that end the process, and what comes after: the report, the next start, another try.
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type AppDirectory, Host, isAlive, webApp } from "./harness";
import { overlay, press } from "./overlay";
import { compile, fixture, install } from "./plugins";

const page = `
import * as bridge from "@keystone/sdk/bridge";
const failure = (error: any) => ({ code: error.code, message: error.message });
export function mount() { Object.assign(window, { bridge, failure }); }`;

const crasher = (change: (source: string) => string = (source) => source) =>
    compile("Crasher", change(fixture("Crasher")));
const second = (source: string) => source.replace("version = 1", "version = 2");
const atStart = (source: string) => source.replace("trapsAtStart = false", "trapsAtStart = true");

function appWithCrasher(plugin = crasher()): AppDirectory {
    const app = webApp({ "bun/web/app.ts": page });
    install(app, plugin);
    install(app, compile("Clock"));
    return app;
}

/** One life of the app; it stays on disk for the next one. */
async function life(app: AppDirectory, body: (host: Host) => Promise<void>, args: string[] = []): Promise<number> {
    const host = new Host(app, { SWIFT_BACKTRACE: "enable=no" }, args);
    try {
        await body(host);
        if (isAlive(host.pid)) await host.quit();
    } finally {
        if (isAlive(host.pid)) host.kill("SIGKILL");
    }
    const code = await host.exited;
    await host.logRead;
    return code;
}

const invoke = <T>(host: Host, channel: string, args = "undefined") =>
    host.eval<T>(`bridge.invoke("${channel}", ${args}).catch(failure)`);
const happened = (host: Host, what: string, name: string) =>
    host.event("plugin", (event) => event.what === what && event.name === name);

/** A life that a call ends. */
const dies = (app: AppDirectory, channel: string, args: string, before?: (host: Host) => Promise<void>) =>
    life(app, async (host) => {
        await host.mounted();
        await before?.(host);
        await expect(host.eval(`bridge.invoke("${channel}", ${args})`)).rejects.toThrow("the host is gone");
        await host.exited;
    });

const crashes = (app: AppDirectory) => join(app.path, ".home/state/dev.keystone.test/crashes");
const reports = (app: AppDirectory) => existsSync(crashes(app))
    ? readdirSync(crashes(app)).filter((name) => name.endsWith(".crash")).toSorted()
        .map((name) => readFileSync(join(crashes(app), name), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line)))
    : [];

const ILL = 128 + 4;
const SEGV = 128 + 11;

test("a trap in a handler names the plugin; the next start leaves it out; it can be tried again", async () => {
    const app = appWithCrasher();
    expect(await dies(app, "crasher:trap", "7")).toBe(ILL);
    const [[report, ...frames]] = reports(app);
    expect(report).toMatchObject({
        keystoneCrash: 1, framework: "0.1.0", app: "dev.keystone.test", plugin: "Crasher", generation: 1,
        library: join(app.path, "dylib/libCrasher.so"), signal: "SIGILL",
    });
    expect(Math.abs(report.time - Date.now() / 1000)).toBeLessThan(120);
    expect(report.offset).toMatch(/^0x[0-9a-f]+$/);
    expect(frames.find((frame) => frame.plugin === "Crasher").symbol).toContain("7element");

    await life(app, async (host) => {
        await host.mounted();
        expect(await happened(host, "refused", "Crasher")).toMatchObject({ code: "crashedBefore" });
        await host.logged(/libCrasher\.so: it ended the app the last time \(SIGILL at .*, generation 1, in .*element.*--retry-plugins/);
        expect(await invoke<number>(host, "clock:seconds")).toBeGreaterThan(0);
        expect((await invoke<any>(host, "crasher:version")).code).toBe("NO_HANDLER");
        await host.do("action", { action: "plugin:retry:Nobody" });
        await host.logged(/no plugin Nobody was left out/);
        await host.do("action", { action: "plugin:retry:Crasher" });
        await happened(host, "loaded", "Crasher");
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
    });
    // Forgiven is forgiven.
    await life(app, async (host) => {
        await host.mounted();
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
    });
    app.remove();
}, 120_000);

test("a trap at the start: the next one works, --retry-plugins tries again, a mended library is tried by itself", async () => {
    const app = appWithCrasher(crasher(atStart));
    expect(await life(app, async (host) => void (await host.exited))).toBe(ILL);
    expect(reports(app)[0][0]).toMatchObject({ plugin: "Crasher", generation: 1 });
    await life(app, async (host) => {
        await host.mounted();
        expect(await invoke<number>(host, "clock:seconds")).toBeGreaterThan(0);
        await happened(host, "refused", "Crasher");
        // Mended while the app runs.
        install(app, crasher());
        await happened(host, "loaded", "Crasher");
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
        // And broken again: that very library is still left out.
        install(app, crasher(atStart));
        const seen = host.events.length;
        await host.event("plugin", (event) => event.what === "refused" && event.olderInService === true, seen - 1);
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
    });
    expect(await life(app, async (host) => void (await host.exited), ["--retry-plugins"])).toBe(ILL);
    install(app, crasher(second));
    await life(app, async (host) => {
        await host.mounted();
        expect(await invoke<number>(host, "crasher:version")).toBe(2);
    });
    app.remove();
}, 120_000);

test("wherever it happens, and in whichever generation", async () => {
    for (const [channel, args, code] of [
        ["crasher:main", "1", ILL], ["crasher:thread", "1", ILL], ["crasher:later", "1", ILL], ["crasher:read", "17", SEGV],
    ] as const) {
        const app = appWithCrasher();
        expect({ channel, code: await dies(app, channel, args) }).toEqual({ channel, code });
        expect(reports(app).map(([report]) => [report.plugin, report.generation])).toEqual([["Crasher", 1]]);
        app.remove();
    }
    const app = appWithCrasher();
    expect(await dies(app, "crasher:trap", "1", async (host) => {
        install(app, crasher(second));
        await host.event("plugin", (event) => event.what === "reloaded");
        expect(await invoke<number>(host, "crasher:version")).toBe(2);
    })).toBe(ILL);
    expect(reports(app)[0][0]).toMatchObject({ plugin: "Crasher", generation: 2 });
    // The first version did nothing.
    install(app, crasher());
    await life(app, async (host) => {
        await host.mounted();
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
    });
    app.remove();
}, 180_000);

/** What a component of the page may say in the overlay's name. */
const signal = (host: Host, message: unknown) =>
    host.eval(`window.webkit.messageHandlers.keystoneHost.postMessage(${JSON.stringify(JSON.stringify(message))}), null`);

test("in development the page says that it is left out, and its button tries it again", async () => {
    const app = appWithCrasher();
    expect(await dies(app, "crasher:trap", "7")).toBe(ILL);
    await life(app, async (host) => {
        await host.mounted();
        const shown = await overlay(host, (text) => text.includes("Plugin not loaded"));
        expect(shown).toContain("Crasher");
        expect(shown).toContain("dylib/libCrasher.so");
        expect(shown).toContain("it ended the app the last time (SIGILL");
        expect(shown).not.toContain("older version");
        // A page that comes later says so as well.
        const from = host.events.length;
        await host.do("action", { action: "spawn:app" });
        const { window } = await host.event("mounted", () => true, from);
        await overlay(host, (text) => text.includes("Plugin not loaded"), String(window));

        for (const name of ["Nobody", "", "Clock", "../Crasher", "x".repeat(1000)]) await signal(host, { type: "retryPlugin", name });
        await signal(host, { type: "retryPlugin", name: 1 });
        await host.logged(/no plugin x{100} was left out/);
        await host.logged(/dropped .*name/);
        expect((await invoke<any>(host, "crasher:version")).code).toBe("NO_HANDLER");

        expect(await press(host, "Try again")).toBe(true);
        await happened(host, "loaded", "Crasher");
        await overlay(host, (text) => text === "");
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
        expect(await press(host, "Try again")).toBe(false);
    });
    app.remove();
}, 120_000);

test("without hot reload another try waits for the next start, which the page offers", async () => {
    const app = appWithCrasher();
    expect(await dies(app, "crasher:trap", "7")).toBe(ILL);
    const config = JSON.parse(app.read("keystone.json"));
    app.write("keystone.json", JSON.stringify({ ...config, plugins: { hotReload: false }, scripts: { enabled: false } }));
    await life(app, async (host) => {
        await host.mounted();
        await overlay(host, (text) => text.includes("Try again"));
        await press(host, "Try again");
        await host.logged(/Crasher is tried again when the app starts again, since this run reloads no plugins/);
        const shown = await overlay(host, (text) => text.includes("Crasher is tried again"));
        expect(shown).toContain("Restart");
        expect(shown).not.toContain("Try again");
        const from = host.events.length;
        await press(host, "Restart");
        await host.event("mounted", () => true, from);
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
        await overlay(host, (text) => text === "");
    });
    app.remove();
}, 120_000);

test("reports that make no sense keep nobody from starting", async () => {
    const app = appWithCrasher();
    await life(app, async (host) => void (await host.mounted()));
    app.write(".home/state/dev.keystone.test/crashes/1-1.crash", "\0".repeat(100_000));
    app.write(".home/state/dev.keystone.test/crashes/2-1.crash", `{"keystoneCrash":1,"plugin":"Crasher"}\n`);
    writeFileSync(join(crashes(app), "3-1.crash"), "{".repeat(1_000_000));
    await life(app, async (host) => {
        await host.mounted();
        expect(await invoke<number>(host, "crasher:version")).toBe(1);
        expect(host.log.match(/can't be read, and counts for nothing/g)?.length).toBe(3);
    });
    app.remove();
}, 60_000);
