import { expect, test } from "bun:test";
import { descendants, Host, isAlive, running } from "./harness";
import { nativeApp, program, running1 } from "./native-app";

test("handlers: typed arguments and results, bytes, who asks, the main thread, the nearest scope", async () => {
    await running1(async (host) => {
        await host.mounted();
        const invoke = <T>(channel: string, args = "undefined", window = "app") =>
            host.eval<T>(`bridge.invoke("${channel}", ${args}).catch(failure)`, window);
        expect(await invoke<any>("native:double", `{ name: "a", count: 21 }`)).toEqual({ name: "a", count: 42 });
        expect(await invoke<any>("native:any", `{ z: [1, null, "x"], a: { b: 0.5 } }`)).toEqual({ z: [1, null, "x"], a: { b: 0.5 } });
        expect(await invoke<any>("native:tick")).toBe(1);
        expect(await invoke<any>("native:who", "1")).toMatch(/^app \d+$/);
        expect(await invoke<any>("native:main")).toBe(1);
        expect(await host.eval<any>(
            `bridge.invoke("native:reverse", new Uint8Array([1, 2, 3])).then((b) => [...new Uint8Array(b)])`)).toEqual([3, 2, 1]);
        expect(await invoke<any>("native:own")).toMatch(/^window \d+$/);
        expect(await invoke<any>("native:bun", `"hello"`)).toEqual({ word: "hello" });
        await host.logged(/push echo:said "hello"/);
        expect(await host.eval<any>(`(async () => {
            const heard = new Promise((resolve) => bridge.subscribe("native:item", resolve));
            await bridge.invoke("native:push", { name: "b", count: 1 });
            return await heard;
        })()`)).toEqual({ name: "b", count: 1 });
    });
});

test("handlers: wrong arguments and thrown errors reach the page as they should", async () => {
    await running1(async (host) => {
        await host.mounted();
        const failure = (channel: string, args = "undefined") =>
            host.eval<any>(`bridge.invoke("${channel}", ${args}).then(() => "resolved", failure)`);
        expect(await failure("native:double", `{ name: 1, count: 2 }`)).toMatchObject({ code: "BAD_REQUEST" });
        expect((await failure("native:double", `{ name: "a" }`)).message).toContain('"count" is missing');
        expect((await failure("native:double")).code).toBe("BAD_REQUEST");
        expect((await failure("native:reverse", "1")).code).toBe("BAD_REQUEST");
        expect(await failure("native:wire")).toMatchObject({ code: "SOLD_OUT", message: "none left" });
        const plain = await failure("native:plain");
        expect(plain).toMatchObject({ name: "Plain", code: "HANDLER_FAILED" });
        expect(plain.message).not.toContain("hunter2");
        await host.logged(/native:plain failed: .*hunter2/);
        expect((await failure("native:explained")).message).toContain("the shelf is empty");
        expect(await host.eval<string>(
            `bridge.invoke("native:slow", undefined, { signal: AbortSignal.timeout(50) }).catch((error) => error.code)`)).toBe("ABORTED");
        await host.logged(/slow was cancelled/);
    });
});

test("the order of an app's life, its processes' ends, and what lasts", async () => {
    const app = nativeApp();
    const host = new Host(app, program);
    try {
        await host.mounted();
        expect(host.log).toContain('two services are named "clock"');
        expect(host.log).toContain("service broken could not start");
        await host.eval(`bridge.invoke("native:action", "native:go")`);
        await host.logged(/action native:go from host/);
        await host.eval(`bridge.action("native:page")`);
        await host.logged(/action native:page from window:1/);

        const bun = (await host.event("bun", (event) => event.state === "running")).pid as number;
        process.kill(bun, "SIGKILL");
        await host.logged(/bun crash 137/);
        await host.logged(/bun restart 1/);
        const webs = descendants(host.pid).filter(({ command }) => command.includes("WebKitWebProcess"));
        const mounts = host.events.length;
        for (const { pid } of webs) if (isAlive(pid)) process.kill(pid, "SIGKILL");
        await host.logged(/web view crash in 1/);
        await host.event("mounted", () => true, mounts);
        expect(await host.eval<number>(`bridge.invoke("native:ends")`)).toBe(0);
        expect(await host.quit()).toBe(0);
        await host.logRead;
        expect([...host.log.matchAll(/order: (.*)/g)].map(([, what]) => what)).toEqual([
            "initialize", "clock", "beforeRun, windows: 0", "window app", "shutdown, windows: 1", "clock ends after 0 ticks",
        ]);
        const again = new Host(app, program);
        await again.mounted();
        expect(await again.eval<number>(`bridge.invoke("native:ends")`)).toBe(1);
        await again.quit();
    } finally {
        if (host.pid) await host.quit().catch(() => {});
        app.remove();
    }
});

test("the builder goes before the configuration file; without a file it says everything", async () => {
    const app = nativeApp();
    app.write("keystone.json", JSON.stringify({
        version: "2.0.0", windows: [{ component: "app", title: "From the file", minWidth: 300 }],
        name: "File", id: "dev.keystone.file",
    }));
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<string>(`bridge.invoke("window:getTitle")`)).toBe("From Swift");
        expect(await host.eval<string>(`bridge.invoke("app:getVersion")`)).toBe("2.0.0");
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Native");
        await host.eval(`bridge.invoke("native:open", "other")`);
        await host.mounted("other");
        expect(await host.eval<string>(`bridge.invoke("native:own")`, "other")).toMatch(/^window/);
    }, program);
});

test("fetch(\"/api/…\"): methods, parameters, bodies, errors", async () => {
    await running1(async (host) => {
        await host.mounted();
        expect(await host.eval<any>(`fetch("/api/items/a%2Fb?sort=up").then((r) => r.json())`))
            .toMatchObject({ id: "a/b", sort: "up" });
        expect(await host.eval<any>(`fetch("/api/items", { method: "POST", body: JSON.stringify({ name: "x", count: 1 }) })
            .then(async (r) => [r.status, r.headers.get("content-type"), await r.json()])`))
            .toEqual([201, "application/json", { name: "x", count: 1 }]);
        expect(await host.eval<any>(`fetch("/api/items", { method: "POST", body: "{}" }).then(async (r) => [r.status, (await r.json()).error.message])`))
            .toEqual([400, expect.stringContaining("is missing")]);
        expect(await host.eval<any>(`fetch(new Request("/api/bytes", { method: "PUT", body: new Blob(["abc"], { type: "text/x-a" }) }))
            .then(async (r) => [r.headers.get("content-type"), r.headers.get("x-type"), await r.text()])`))
            .toEqual(["application/x-reversed", "text/x-a", "cba"]);
        expect(await host.eval<any>(`(async () => {
            const bytes = new Uint8Array(3 << 20).map((_, i) => i * 7);
            const back = new Uint8Array(await (await fetch("/api/bytes", { method: "PUT", body: bytes })).arrayBuffer());
            return back.length === bytes.length && back.reverse().every((byte, i) => byte === bytes[i]);
        })()`)).toBe(true);
        expect(await host.eval<any>(`fetch("/api/bytes", { method: "PUT", body: (() => { const form = new FormData(); form.append("a", "1"); return form; })() })
            .then((r) => r.headers.get("x-type"))`)).toContain("multipart/form-data; boundary=");
        const status = (path: string, method = "GET") => host.eval<any>(`fetch("${path}", { method: "${method}" }).then((r) => [r.status, r.headers.get("allow")])`);
        expect(await status("/api/items/1", "DELETE")).toEqual([204, null]);
        expect(await status("/api/nothing")).toEqual([404, null]);
        expect(await status("/api/items/1", "PATCH")).toEqual([405, "DELETE, GET, HEAD, OPTIONS"]);
        const plain = await host.eval<any>(`fetch("/api/plain").then(async (r) => [r.status, await r.text()])`);
        expect(plain[0]).toBe(500);
        expect(plain[1]).not.toContain("hunter2");
    });
});

test("fetch(\"/api/…\"): bodies are streamed with back-pressure, and end from either side", async () => {
    await running1(async (host) => {
        await host.mounted();
        expect(await host.eval<string>(`fetch("/api/lines").then((r) => r.text())`)).toBe("line 0\nline 1\nline 2\n");
        expect(await host.eval<number>(`fetch("/api/lines?count=50000").then((r) => r.text()).then((text) => text.split("\\n").length)`)).toBe(50_001);
        const half = await host.eval<any>(`(async () => {
            const reader = (await fetch("/api/half")).body.getReader();
            const first = new TextDecoder().decode((await reader.read()).value);
            return [first, await reader.read().then(() => "read", (error) => error.message)];
        })()`);
        expect(half).toEqual(["half", expect.stringContaining("the disk is gone")]);

        // One chunk is read of an endless body: its writer is stopped by the full pipe, then by the cancel.
        expect(await host.eval<boolean>(`(async () => {
            const reader = (await fetch("/api/endless")).body.getReader();
            const { value } = await reader.read();
            await reader.cancel();
            return value.length > 0;
        })()`)).toBe(true);
        await host.logged(/endless ended after (\d|\d\d|\d\d\d) KiB: CancellationError/);

        expect(await host.eval<string>(`(async () => {
            const abort = new AbortController();
            const reader = (await fetch("/api/endless", { signal: abort.signal })).body.getReader();
            await reader.read();
            abort.abort();
            return await reader.read().then(() => "read on", (error) => error.name);
        })()`)).toBe("AbortError");
        const ends = () => [...host.log.matchAll(/endless ended/g)].length;
        await host.logged(/(endless ended[^]*){2}/);

        // A page that goes away takes its bodies with it.
        await host.eval(`fetch("/api/endless").then((r) => (window.held = r.body.getReader()).read()).then(() => "held")`);
        const from = host.events.length;
        await host.eval(`setTimeout(() => location.reload()), 0`);
        await host.event("mounted", () => true, from);
        await host.logged(/(endless ended[^]*){3}/);
        expect(ends()).toBe(3);
    });
});
