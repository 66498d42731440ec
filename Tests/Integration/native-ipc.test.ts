// What Swift says to Bun, to pages and to workers: `context.ipc` of Host/Sources/native-fixture.
import { expect, test } from "bun:test";
import type { Host } from "./harness";
import { running1 } from "./native-app";

const ask = (host: Host) => <T>(channel: string, args: unknown = null, window = "app") =>
    host.eval<T>(`bridge.invoke(${JSON.stringify(channel)}, ${JSON.stringify(args)}).catch(failure)`, window);

test("Bun's services are asked, called and sent actions", async () => {
    await running1(async (host) => {
        await host.mounted();
        const invoke = ask(host);
        expect(await invoke<unknown>("ipc:bun.query", { a: [1] })).toEqual({ echo: { a: [1] } });
        expect(await invoke<unknown>("ipc:bun.call", "word")).toEqual({ word: "word" });
        expect(await invoke<unknown>("ipc:wrongType")).toMatchObject({
            code: "BAD_REQUEST", message: expect.stringContaining("is missing"),
        });
        await invoke("ipc:bun.action", "app:refresh");
        // The services of Bun and of the worker; nobody in the host.
        await host.logged(/push echo:action "app:refresh from host"/);
        await host.logged(/push sums:action "app:refresh"/);
        expect(host.log).not.toContain("action app:refresh from");
        expect(await invoke<unknown>("ipc:bun.action", "")).toMatchObject({ code: "BAD_REQUEST" });
        expect(await invoke<unknown>("native:windows")).toBe(1);
    });
});

test("a worker is asked, called, pushed to and sent actions; one that is not there is an error", async () => {
    await running1(async (host) => {
        await host.mounted();
        const invoke = ask(host);
        expect(await invoke<unknown>("ipc:worker.query", "sums")).toBe(6);
        expect(await invoke<unknown>("ipc:worker.call", "sums")).toBe(24);
        await invoke("ipc:worker.push", { channel: "sums:told", data: { n: 1 } });
        await host.logged(/push sums:heard \{"n":1\}/);
        await invoke("ipc:worker.action", "sums:go");
        await host.logged(/push sums:action "sums:go"/);
        expect(host.log).not.toContain("echo:action \"sums:go");
        expect(await invoke<unknown>("ipc:worker.query", "sum")).toMatchObject({
            code: "UNAVAILABLE", message: expect.stringContaining('did you mean "sums"?'),
        });
    });
});

test("pages hear events when they listen, states whenever they come, and a window's own alone", async () => {
    await running1(async (host) => {
        await host.mounted();
        const invoke = ask(host);
        const next = (channel: string, window = "app") =>
            host.eval<unknown>(`new Promise((resolve) => { const end = bridge.subscribe(${JSON.stringify(channel)}, (data) => { end(); resolve(data); }); })`, window);
        /** What a new subscriber hears first, when `marker` is pushed after it has come. */
        const first = async (channel: string, window = "app") => {
            await host.eval(`void (window.heard = new Promise((resolve) => bridge.subscribe(${JSON.stringify(channel)}, resolve)))`, window);
            // The socket keeps its order: an answer after this subscription means that the replay was sent.
            await host.eval(`bridge.query("echo", 1)`, window);
            await invoke("ipc:web.push", { channel: channel.replace(/^window:\d+:/, ""), data: "marker", window: /^window:(\d+):/.exec(channel)?.[1] });
            return await host.eval<unknown>("window.heard", window);
        };
        await invoke("ipc:web.push", { channel: "event", data: 1 });
        expect(await first("event")).toBe("marker");
        await invoke("ipc:web.pushValue", { channel: "state", data: { n: 1 } });
        expect(await next("state")).toEqual({ n: 1 });
        await invoke("ipc:web.endValue", { channel: "state" });
        expect(await first("state")).toBe("marker");

        const other = await invoke<string>("native:open", "other");
        await host.mounted("other");
        await invoke("ipc:web.pushValue", { channel: "own", data: "yours", window: other });
        expect(await next(`window:${other}:own`, "other")).toBe("yours");
        // The same name without a window is another channel.
        expect(await first("own")).toBe("marker");
        expect(await invoke<unknown>("ipc:web.push", { channel: "", data: 1 })).toMatchObject({ code: "BAD_REQUEST" });
    });
});

test("a state survives Bun's end, and a window's own goes with the window", async () => {
    await running1(async (host) => {
        await host.mounted();
        const invoke = ask(host);
        const other = await invoke<string>("native:open", "other");
        await host.mounted("other");
        await invoke("ipc:web.pushValue", { channel: "kept", data: 7 });
        await invoke("ipc:web.pushValue", { channel: "own", data: 8, window: other });
        await host.do("close", { window: other });
        await host.event("window-closed", (event) => event.window === other);
        const bun = (await host.event("bun", (event) => event.state === "running")).pid as number;
        process.kill(bun, "SIGKILL");
        await host.logged(/bun restart 1/);
        expect(await host.eval<unknown>(`new Promise((resolve) => bridge.subscribe("kept", resolve))`)).toBe(7);
        expect(await host.eval<unknown>(`bridge.query("echo", 1)`)).toEqual({ echo: 1 });
    });
});
