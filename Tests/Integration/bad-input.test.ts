import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { command, descendants, type Host, running, webApp } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) { root.textContent = "page"; Object.assign(window, { bridge, loaded: Math.random() }); }`;
const component = (body: string) => `export function mount(root: HTMLElement) { root.textContent = "x"; }\n${body}`;

/** Kilobytes of the host process alone. */
function residentKB(pid: number): number {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
}

test("floods of 100,000 messages, good and bad, are all answered, and the host stays small", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        const host_ = descendants(host.pid).find(({ command }) => /keystone-host/.test(command))?.pid ?? host.pid;
        const flood = (count: number, body: string) => host.eval<number>(`(async () => {
            const post = (i) => window.webkit.messageHandlers.keystone.postMessage(${body});
            const settled = await Promise.allSettled(Array.from({ length: ${count} }, (_, i) => post(i)));
            return settled.filter(({ status }) => status === "fulfilled").length; })()`);
        expect(await flood(20_000, `i + "\\napp:getName\\n"`)).toBe(20_000);
        const before = residentKB(host_);
        expect(await flood(100_000, `"garbage " + i`)).toBe(0);
        await host.eval(`(() => { for (let i = 0; i < 100000; i++) window.webkit.messageHandlers.keystoneHost.postMessage(i % 2 ? "{" : { i }); })()`);
        await host.eval(`(() => { for (let i = 0; i < 5000; i++) window.webkit.messageHandlers.keystoneHost.postMessage(JSON.stringify(
            { type: "mounted", slot: "s" + i, component: "c" + i + "x".repeat(5000) })); })()`);
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
        expect(residentKB(host_) - before).toBeLessThan(150_000);
        expect(host.events.some(({ component }) => String(component).startsWith("c1"))).toBe(false);
        // Each complaint is told a few times, not 300,000 times.
        expect(host.log.length).toBeLessThan(1 << 20);
    });
}, 60_000);

test("100 MB by every way gets an answer", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        const code = ".then(() => 'resolved', error => error.code)";
        expect(await host.eval(`bridge.invoke("window:setTitle", { title: "x".repeat(100 << 20) })${code}`)).toBe("BAD_REQUEST");
        expect(await host.eval(`bridge.invoke("window:setTitle", { title: "x".repeat(130 << 20) })${code}`)).toBe("TOO_LARGE");
        expect(await host.eval(`bridge.invoke("window:setTitle", new Uint8Array(130 << 20))${code}`)).toBe("TOO_LARGE");
        expect(await host.eval(`fetch("keystone://invoke/app%3AgetName?id=9", { method: "POST", body: new Uint8Array(130 << 20) }).then(answer => answer.status)`)).toBe(413);
        expect(await host.eval(`bridge.query("nobody", "x".repeat(100 << 20))${code}`)).toBe("TOO_LARGE");
        await host.eval(`window.webkit.messageHandlers.keystoneHost.postMessage("x".repeat(100 << 20))`);
        expect(await host.eval(`new Promise(done => { const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws?window=1&ticket=" + __keystone.ticket);
            socket.onopen = () => socket.send("x".repeat(100 << 20));
            socket.onmessage = ({ data }) => { const { type, error } = JSON.parse(data); if (type === "error") done(error.code); };
            socket.onclose = () => done("closed"); })`)).toBe("TOO_LARGE");
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
}, 60_000);

test("mounts that throw, reject or never settle hurt nobody else", async () => {
    const app = webApp({
        "bun/web/app.ts": page,
        "bun/web/throws.ts": `export function mount() { throw new Error("thrown by mount"); }`,
        "bun/web/rejects.ts": `export async function mount() { throw new Error("rejected by mount"); }`,
        "bun/web/odd.ts": `export function mount() { throw null; }`,
        "bun/web/never.ts": `export function mount(root: HTMLElement) { root.id = "never"; return new Promise(() => {}); }`,
        "bun/web/number.ts": `export const mount = 7;`,
        "bun/web/import.ts": `import "./missing-file.ts"; export function mount() {}`,
    });
    await running(app, async (host) => {
        await host.mounted();
        for (const name of ["throws", "rejects", "odd", "number", "import"]) {
            await host.do("addSlot", { key: name, component: name });
            await host.event("mount-failed", (event) => event.component === name);
        }
        await host.do("addSlot", { key: "never", component: "never" });
        expect(await host.eval(`new Promise(done => { const look = () => document.querySelector("#never") ? done(1) : setTimeout(look, 5); look(); })`)).toBe(1);
        for (const name of ["throws", "never"]) expect(await host.do("removeSlot", { key: name })).toBe(true);
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
});

for (const [what, body] of [
    ["throws", `export function unmount() { throw new Error("thrown by unmount"); }`],
    ["never settles", `export function unmount() { return new Promise(() => {}); }`],
    ["loops for ever", `export function unmount() { for (;;) {} }`],
] as const) {
    test(`an unmount that ${what} doesn't keep a window open`, async () => {
        const app = webApp({ "bun/web/app.ts": component(body) });
        await running(app, async (host) => {
            await host.mounted();
            const started = performance.now();
            expect(await host.quit()).toBe(0);
            expect(performance.now() - started).toBeLessThan(4000);
            expect(descendants(host.pid)).toEqual([]);
        });
    });
}

test("a page that loops for ever doesn't hinder closing its window, nor the others", async () => {
    const app = webApp({ "bun/web/app.ts": page, "bun/web/two.ts": page }, { windows: [{ component: "app" }, { component: "two" }] });
    await running(app, async (host) => {
        await Promise.all([host.mounted("app"), host.mounted("two")]);
        // The answer of this very call has to be out before.
        await host.eval(`void setTimeout(() => { for (;;) {} }, 100)`, "two");
        expect(await host.eval<string>(`bridge.invoke("app:getName")`, "app")).toBe("Test");
        await host.do("close", { window: "two" });
        expect(await host.eval<string>(`bridge.invoke("app:getName")`, "app")).toBe("Test");
    });
});

test("a page that reloads in the middle of its calls: nothing hangs, slots come back, ids start anew", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/web/side.ts": component(""),
        "bun/services/slow.ts": `import { defineService } from "@keystone/sdk/service"; export default defineService("slow").query(() => new Promise(() => {})).build();`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "side", component: "side", frame: { x: 1, y: 2, width: 30, height: 40 } });
        await host.mounted("side");
        for (let round = 0; round < 5; round++) {
            const from = host.events.length;
            await host.eval(`void (() => { for (let i = 0; i < 500; i++) { bridge.invoke("app:getName"); bridge.query("slow"); } setTimeout(() => location.reload()); })()`);
            await host.event("mounted", ({ component }) => component === "app", from);
            await host.event("mounted", ({ component }) => component === "side", from);
            expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
        }
    });
});

test("a page whose process dies while Bun is away comes back with it", async () => {
    const app = webApp({ "bun/web/app.ts": page }, { processRecovery: { bunRestartBaseDelayMs: 1500, bunRestartMaxDelayMs: 1500, webViewReloadDelayMs: 10 } });
    await running(app, async (host) => {
        await host.mounted();
        const { pid } = await host.event("bun", ({ state }) => state === "running") as unknown as { pid: number };
        const from = host.events.length;
        process.kill(pid, "SIGKILL");
        await host.event("bun", ({ state }) => state === "backing-off", from);
        for (const child of descendants(host.pid)) if (child.command.includes("WebKitWebProcess")) process.kill(child.pid, "SIGKILL");
        await host.event("web-process-ended", undefined, from);
        await host.event("mounted", undefined, from);
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
});

const titles = ["x".repeat(4000), "tab\ttab\nline\u0000null\u001b[31m\u0007", "\u202Eright to left \u2066\u05D0\u05D1", "👩‍👩‍👧‍👦".repeat(100), "\uD800 lone", "<b>&amp;</b>%s%n", ""];

test("window keys at their extremes open windows, or say what is wrong", async () => {
    await running(webApp({ "bun/web/app.ts": page }), async (host) => {
        await host.mounted();
        for (const title of titles) {
            await host.eval(`bridge.invoke("window:setTitle", { title: ${JSON.stringify(title)} })`);
            const got = await host.eval<string>(`bridge.invoke("window:getTitle")`);
            expect(got.length).toBeLessThanOrEqual(title.length);
        }
        for (const options of [{ width: 32767, height: 32767 }, { width: 65536, height: 1 }, { width: 1, height: 1 }, { x: -65536, y: -65536 }, { x: 65536, y: 65536 },
            { width: 0.5 }, { width: -1 }, { width: 1e300 }, { width: "7" }, { component: 7 }, { component: "" }, { component: "../../etc/passwd" }, { component: "a\u0000b" },
            { component: "x".repeat(300) }, { titleBarStyle: "toolkit" }, { titleBarStyle: "__proto__" }, { floating: "yes" }, { title: {} }, { headless: 1 }]) {
            const answer = await host.eval<string>(`bridge.invoke("window:open", ${JSON.stringify({ component: "app", ...options })}).catch(error => error)
                .then(async answer => typeof answer === "string" ? answer : "error: " + answer.code)`);
            expect(answer).toMatch(/^\d+$|^error: (BAD_REQUEST|NOT_SUPPORTED)$/);
            if (/^\d+$/.test(answer)) await host.do("close", { window: answer });
        }
        for (const bounds of [{ width: 32767, height: 32767 }, { x: -65536 }, { width: 1, height: 1 }, { width: 400, height: 300, x: 0, y: 0 }]) {
            expect(await host.eval<string>(`bridge.invoke("window:setBounds", ${JSON.stringify(bounds)}).then(() => "done", error => error.code)`)).toMatch(/done|BAD_REQUEST/);
        }
        expect(await host.eval<string>(`bridge.invoke("app:getName")`)).toBe("Test");
    });
}, 60_000);

test("a configuration's window of 32767 points, far outside and with a strange title, opens", async () => {
    const app = webApp({ "bun/web/app.ts": page }, { windows: [{ component: "app", title: titles[2] + titles[3], width: 32767, height: 32767, x: -30000, y: -30000 }] });
    await running(app, async (host) => {
        const first = await Promise.race([host.mounted(), host.exited]);
        expect(typeof first).toBe("object");
    });
});

test("windows opened and closed in a loop leave nothing behind; a flood of them is refused in words", async () => {
    await running(webApp({ "bun/web/app.ts": page, "bun/web/small.ts": component("") }), async (host) => {
        await host.mounted();
        const settled = () => descendants(host.pid).filter(({ command }) => command.includes("WebKitWebProcess")).length;
        const round = async () => {
            const id = await host.eval<string>(`bridge.invoke("window:open", { component: "small", headless: true })`);
            const closed = host.event("window-closed", ({ window }) => window === id);
            await host.do("close", { window: id });
            await closed;
        };
        await round();
        const before = settled();
        for (let count = 0; count < 20; count++) await round();
        // Without waiting for anything.
        await host.eval(`Promise.all(Array.from({ length: 20 }, async () => { await bridge.invoke("window:open", { component: "small", headless: true }); }))`);
        const opened = await host.do<{ window: string; component: string }[]>("windows");
        expect(opened).toHaveLength(21);
        await Promise.all(opened.filter(({ component }) => component === "small").map(({ window }) => host.do("close", { window })));
        expect(await host.do<unknown[]>("windows")).toHaveLength(1);
        await gone(host, before);
    });
}, 60_000);

/** Waits until no more web processes are there than `count`; the test's time limit ends it. */
async function gone(host: Host, count: number): Promise<void> {
    while (descendants(host.pid).filter(({ command }) => command.includes("WebKitWebProcess")).length > count) {
        await host.eval("new Promise(done => setTimeout(done, 20))");
    }
}

test("configurations that are huge, deep, binary, looping or no files are errors in words", async () => {
    const directory = mkdtempSync(join(tmpdir(), "keystone-bad-"));
    const file = join(directory, "keystone.json");
    try {
        for (const content of ["[".repeat(1_000_000), `{"name":`.repeat(200_000), "x".repeat(64 << 20), new Uint8Array([0xff, 0xfe, 0, 1, 2]), "\u0000", "", "null", "[]",
            `{"name":"a","id":"b.c","windows":${"[".repeat(5000)}${"]".repeat(5000)}}`, `{"name":"a\u0000","windows":[{"component":"app","width":1e999}]}`, `{"windows":[${`{"component":"x"},`.repeat(20000)}]}`]) {
            writeFileSync(file, content);
            const result = await command(["check", directory], { home: directory });
            expect([String(content).slice(0, 20), result.code]).toEqual([String(content).slice(0, 20), expect.any(Number)]);
            expect(result.code === 1 || result.code === 0).toBe(true);
            if (result.code === 1) expect(result.out + result.err).toContain("keystone.json");
            expect((result.out + result.err).length).toBeLessThan(2_000_000);
        }
        rmSync(file);
        symlinkSync("keystone.json", file);
        const loop = await command(["check", directory], { home: directory });
        expect(loop.code).toBe(1);
        expect(loop.out + loop.err).toContain("keystone.json");
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
});
