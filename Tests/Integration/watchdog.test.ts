// Web processes that never get to show anything: what a broken graphics driver does to WebKit, done to it by signals.
import { expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, descendants, isAlive, running, webApp, within, type Host } from "./harness";

/**
 * The web processes that have got as far as talking to the host. (WebKit gives up on the whole program when one dies before
 * that, while it waits for the process's number.)
 */
const webProcesses = (host: Host): number[] =>
    descendants(host.pid).filter(({ command }) => /^\S*\/WebKitWebProcess /.test(command)).map(({ pid }) => pid)
        .filter((pid) => threads(pid).includes("ReceiveQueue"));

function threads(pid: number): string[] {
    try {
        return readdirSync(`/proc/${pid}/task`).map((task) => readFileSync(`/proc/${pid}/task/${task}/comm`, "utf8").trim());
    } catch {
        return [];
    }
}

function signal(pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name);
    } catch {
        // It was quicker.
    }
}

/** Sends the signal to every web process as soon as it is there, until the promise is settled. */
async function haunt<T>(host: Host, name: NodeJS.Signals, until: Promise<T>): Promise<T> {
    let done = false;
    const end = until.finally(() => { done = true; });
    end.catch(() => {});
    while (!done && isAlive(host.pid)) {
        for (const pid of webProcesses(host)) signal(pid, name);
        await Bun.sleep(2);
    }
    return await end;
}

/** A home that outlasts one run. */
async function withCache(body: (cache: string) => Promise<void>): Promise<void> {
    const cache = mkdtempSync(join(tmpdir(), "keystone-cache-"));
    try {
        await body(cache);
    } finally {
        rmSync(cache, { recursive: true, force: true });
    }
}

const remembered = (cache: string) => JSON.parse(readFileSync(join(cache, "keystone/rendering.json"), "utf8"));

test("a web process that dies before its first paint: once more in the safe mode, remembered, reported, used again", async () => {
    await withCache(async (cache) => {
        await running(webApp(), async (host) => {
            await haunt(host, "SIGKILL", host.logged(/trying once more in the safe rendering mode/));
            await host.mounted();
            expect(await host.eval<string>("document.body.innerText.trim()")).toBe("hello");
            await host.event("painted");
        }, { KEYSTONE_RENDERING: "gpu", XDG_CACHE_HOME: cache });
        expect(remembered(cache)).toMatchObject({ mode: "software", isSafeMode: true });
        expect(remembered(cache).reason).toContain("web process ended at start");

        const doctor = await command(["doctor"], { env: { KEYSTONE_RENDERING: undefined, XDG_CACHE_HOME: cache } });
        expect(doctor.out + doctor.err).toMatch(/Rendering.*software.*web process ended at start/);

        // The configuration doesn't know this machine; what happened on it counts more.
        await running(webApp({}, { rendering: "gpu" }), async (host) => {
            await host.mounted();
            await host.logged(/software \(remembered from .*web process ended at start/);
        }, { KEYSTONE_RENDERING: undefined, XDG_CACHE_HOME: cache });
    });
}, 60_000);

test("a page that never paints is restarted in the safe mode, and given up with a message when that doesn't help", async () => {
    await withCache(async (cache) => {
        await running(webApp(), async (host) => {
            const stopped = haunt(host, "SIGSTOP", host.event("window-failed"));
            await host.logged(/did not paint in time; trying once more in the safe rendering mode/);
            const failed = await stopped;
            expect(failed.message).toContain("Nothing could be drawn");
            expect(remembered(cache)).toMatchObject({ isSafeMode: true, reason: "the page did not paint in time" });
            // Going on at last, it is shown.
            for (const pid of webProcesses(host)) signal(pid, "SIGCONT");
            await host.mounted();
            await host.event("painted");
        }, { KEYSTONE_RENDERING: "gpu", KEYSTONE_PAINT_TIMEOUT: "2", XDG_CACHE_HOME: cache });
    });
}, 60_000);

test("a web process that hangs is no rendering trouble once its window has painted", async () => {
    await withCache(async (cache) => {
        const limit = 3;
        await running(webApp({}, { processRecovery: { webViewReloadDelayMs: 1 } }), async (host) => {
            await host.event("painted");
            const from = host.events.length;
            for (const pid of webProcesses(host)) signal(pid, "SIGKILL");
            await host.event("web-process-ended", undefined, from);
            // The next one stops before it has painted, and stays so for longer than the limit.
            await haunt(host, "SIGSTOP", Bun.sleep(limit * 1000 + 1000));
            expect(host.events.slice(from).map(({ event }) => event)).toEqual(["web-process-ended"]);
            for (const pid of webProcesses(host)) signal(pid, "SIGCONT");
            await host.event("mounted", undefined, from);
            expect(host.log).not.toContain("safe rendering");
            expect(() => remembered(cache)).toThrow();
        }, { KEYSTONE_RENDERING: "gpu", KEYSTONE_PAINT_TIMEOUT: String(limit), XDG_CACHE_HOME: cache });
    });
}, 60_000);

test("a web process that keeps dying is given up; the window says so and stays", async () => {
    const app = webApp({}, { processRecovery: { webViewReloadDelayMs: 1 } });
    const picture = join(tmpdir(), `keystone-given-up-${process.pid}.png`);
    await running(app, async (host) => {
        await host.mounted();
        const before = await shot(host, picture);
        const failed = await haunt(host, "SIGKILL", host.event("window-failed"));
        expect(failed.message).toMatch(/ended 6 times within a minute/);
        expect((await host.do<unknown[]>("windows")).length).toBe(1);
        // The message is there: words on the window's background.
        expect(await shot(host, picture)).toBeGreaterThan(before + 20);
    });
    rmSync(picture, { force: true });
}, 60_000);

/** How many colours the first window's picture has: the edges of letters have many. */
async function shot(host: Host, file: string): Promise<number> {
    await within(host.do("screenshot", { file }), 10_000, () => "no picture");
    return Number(Bun.spawnSync(["identify", "-format", "%k", file]).stdout.toString());
}

test("a wrong KEYSTONE_PAINT_TIMEOUT is said at the start", async () => {
    const app = webApp();
    const result = await command(["run", app.path, "--eval", "1"], { env: { KEYSTONE_PAINT_TIMEOUT: "soon" } });
    expect(result.code).toBe(1);
    expect(result.err).toContain(`KEYSTONE_PAINT_TIMEOUT is "soon"`);
    app.remove();
});
