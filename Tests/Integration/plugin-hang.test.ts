// Plugins whose code doesn't return: what waits for them says so, and what needn't wait goes on.
import { expect, test } from "bun:test";
import { type AppDirectory, Host, isAlive, running, webApp } from "./harness";
import { overlay } from "./overlay";
import { compile, fixture, install } from "./plugins";

const page = `
import * as bridge from "@keystone/sdk/bridge";
const failure = (error: any) => ({ code: error.code, message: error.message });
export function mount() { Object.assign(window, { bridge, failure }); }`;

/** `Slow`, which hangs in a method until the app has a file `go`. */
const slow = (version: number, method = "") => compile(
    "Slow", fixture("Slow").replace("version = 1", `version = ${version}`).replace(`hangsIn = ""`, `hangsIn = "${method}"`));

function appWith(...plugins: ReturnType<typeof slow>[]): AppDirectory {
    const made = webApp({ "bun/web/app.ts": page });
    for (const plugin of plugins) install(made, plugin);
    return made;
}

const invoke = <T>(host: Host, channel: string) => host.eval<T>(`bridge.invoke("${channel}").catch(failure)`);
const happened = (host: Host, what: string, name: string, from = 0) =>
    host.event("plugin", (event) => event.what === what && (event.name === name || (event.names as string[])?.includes(name)), from);

for (const [method, first, second] of [
    ["initialize", slow(1), slow(2, "initialize")], ["serializeState", slow(1, "serializeState"), slow(2)],
] as const) {
    test(`a reload that hangs in ${method} is told of, holds others up, and goes on when it returns`, async () => {
        const made = appWith(first);
        await running(made, async (host) => {
            await host.mounted();
            expect(await invoke<number>(host, "slow:version")).toBe(1);
            const from = host.events.length;
            install(made, second);
            const words = `Slow: ${method}() of service/slow has not returned for 5 s; reloads wait for it`;
            await overlay(host, (text) => text.includes(words));
            expect(host.log).toContain(`warning [plugins] ${words}`);
            // The version before answers meanwhile.
            expect(await invoke<number>(host, "slow:version")).toBe(1);
            install(made, compile("Clock"));
            made.write("go", "");
            await happened(host, "reloaded", "Slow", from);
            await happened(host, "loaded", "Clock", from);
            expect(await invoke<number>(host, "slow:version")).toBe(2);
            await host.logged(new RegExp(`Slow: ${method}\\(\\) of service/slow has returned after \\d+ s`));
            await overlay(host, (text) => text === "");
            const names = host.events.slice(from).filter((event) => event.event === "plugin").map((event) => event.what);
            expect(names).toEqual(["reloaded", "loaded"]);
        });
    }, 60_000);
}

test("a reload does not wait for a service that doesn't shut down", async () => {
    const made = appWith(slow(1, "shutdown"));
    await running(made, async (host) => {
        await host.mounted();
        const from = host.events.length;
        install(made, slow(2));
        await happened(host, "reloaded", "Slow", from);
        await host.logged(/service slow did not end within 5.*; it is left behind/);
        expect(await invoke<number>(host, "slow:version")).toBe(2);
    });
}, 60_000);

test("windows open though a service hangs in its start, and what comes after it is there when it returns", async () => {
    // By its name it starts after `Slow`.
    const made = appWith(slow(1, "initialize"), compile("Traffic"));
    await running(made, async (host) => {
        await host.logged(/warning \[plugins\] Slow: initialize\(\) of service\/slow has not returned for 5 s/);
        await host.logged(/error \[host\] the start takes over 10 s, waiting for Slow: initialize\(\) of service\/slow: the windows open/);
        await host.mounted();
        await overlay(host, (text) => text.includes("Slow: initialize()"));
        expect((await invoke<any>(host, "slow:version")).code).toBe("NO_HANDLER");
        expect((await invoke<any>(host, "traffic:replaced")).code).toBe("NO_HANDLER");
        made.write("go", "");
        await happened(host, "loaded", "Slow");
        await happened(host, "loaded", "Traffic");
        expect(await invoke<number>(host, "slow:version")).toBe(1);
        expect(await invoke<number>(host, "traffic:replaced")).toBe(0);
        await overlay(host, (text) => text === "");
        // And it is reloaded as any other.
        install(made, slow(2));
        await happened(host, "reloaded", "Slow");
        expect(await invoke<number>(host, "slow:version")).toBe(2);
    });
}, 60_000);

test("an app with a service that hangs in its start ends in order", async () => {
    const made = appWith(compile("Clock"), slow(1, "initialize"));
    const host = new Host(made);
    try {
        await happened(host, "loaded", "Clock");
        expect(await host.quit()).toBe(0);
    } finally {
        if (isAlive(host.pid)) host.kill("SIGKILL");
        made.remove();
    }
}, 60_000);
