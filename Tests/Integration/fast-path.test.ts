// The pages' own connections to the host: floods, ends in mid-call, and a page that can't be trusted.
import { expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import { descendants, type Files, type Host, running, testHost, webApp, within } from "./harness";

const page = `import * as bridge from "@keystone/sdk/bridge";
const path = () => (globalThis as any)[Symbol.for("keystone.bridge/1")].host.path;
export function mount(root: HTMLElement) { root.textContent = "page"; Object.assign(window, { bridge, path, invoke: bridge.invoke }); }`;
const failure = `(error => ({ name: error.name, code: error.code, message: error.message }))`;

const open = (body: (host: Host) => Promise<void>, files: Files = {}, config: Record<string, unknown> = {}, env = {}) =>
    running(webApp({ "bun/web/app.ts": page, ...files }, config), async (host) => {
        await host.mounted();
        // The first answer is there: the way is decided.
        await host.eval(`invoke("test:nothing")`);
        await body(host);
    }, { KEYSTONE_HOST: testHost, ...env });

/** What calls and connections take; the files that WebKit's memory monitor keeps open are its own. */
const sockets = (pid: number) => readdirSync(`/proc/${pid}/fd`).filter((name) => {
    try {
        return /^(socket|pipe):/.test(readlinkSync(`/proc/${pid}/fd/${name}`));
    } catch {
        return false; // closed meanwhile
    }
}).length;
const threads = (pid: number) => readdirSync(`/proc/${pid}/task`).length;
const waits = (host: Host, window?: string) =>
    host.eval<{ running: number; cancelled: number }>(`invoke("test:waits")`, window);

/** Asks until it is so: what the host does after an event is a matter of microseconds. */
async function eventually<T>(ask: () => Promise<T> | T, holds: (value: T) => boolean): Promise<T> {
    let last: T | undefined;
    const look = async (): Promise<T> => {
        last = await ask();
        if (holds(last)) return last;
        await new Promise((resolve) => setImmediate(resolve));
        return look();
    };
    return within(look(), 10_000, () => `it stayed ${JSON.stringify(last)}`);
}

test("every kind of call and answer goes over the page's own connection", () =>
    open(async (host) => {
        expect(await host.eval<string>("path()")).toBe("link");
        const results = await host.eval<unknown>(`(async () => ({
            json: await invoke("test:echo", { a: [1, "ü\\u0000\\u2028", null] }), none: [await invoke("test:nothing"), await invoke("test:echo")].map(String),
            main: await invoke("test:echoOnMain", "x".repeat(300000)).then(text => text.length),
            bytes: [...new Uint8Array(await invoke("test:echo", new Uint8Array([9, 1, 2, 3, 9]).subarray(1, 4)))],
            view: [...new Uint8Array(await invoke("test:echo", new DataView(new Uint8Array([9, 7, 8]).buffer, 1)))],
            words: [...new Uint16Array(await invoke("test:echo", new Uint16Array([1, 65535])))],
            empty: (await invoke("test:echo", new ArrayBuffer(0))).byteLength,
            answer: [...new Uint8Array(await invoke("test:bytes", 3))],
            large: await invoke("test:bytes", 5000000).then(b => b.byteLength + ":" + new Uint8Array(b)[4999999]),
        }))()`);
        expect(results).toEqual({
            json: { a: [1, "ü\0\u2028", null] }, none: ["undefined", "undefined"], main: 300000, bytes: [1, 2, 3], view: [7, 8],
            words: [1, 65535], empty: 0, answer: [0, 1, 2], large: `5000000:${4999999 % 256}`,
        });
    }));

test("the caller keeps its buffer, may change it at once, and may transfer it and the answer", () =>
    open(async (host) => {
        expect(await host.eval<unknown>(`(async () => {
            const bytes = new Uint8Array(3_000_000).fill(1);
            const call = invoke("test:echo", bytes);
            bytes.fill(2);
            const answer = new Uint8Array(await call);
            const moved = structuredClone(bytes, { transfer: [bytes.buffer] });
            const ones = answer.every(byte => byte === 1);
            structuredClone(answer, { transfer: [answer.buffer] });
            return [ones, moved[0], bytes.length, answer.length];
        })()`)).toEqual([true, 2, 0, 0]);
    }));

test("errors: no handler, bad arguments, a long channel, an answer that is not JSON, with good ones around it", () =>
    open(async (host) => {
        const outcomes = await host.eval<any[]>(`Promise.all([
            invoke("test:ecko"), invoke("window:setTitle", { title: 7 }), invoke("c".repeat(300)), invoke("window:setTitle", new Uint8Array(2)),
            invoke("test:garbled"), invoke("test:echo", 5), invoke("a\\0b"),
        ].map(call => call.catch${failure}))`);
        expect(outcomes.map((outcome) => outcome.code ?? outcome)).toEqual(
            ["NO_HANDLER", "BAD_REQUEST", "BAD_REQUEST", "BAD_REQUEST", "HANDLER_FAILED", 5, "BAD_REQUEST"]);
        expect(outcomes[0].message).toContain("test:echo");
        expect(await host.eval<string>("path()")).toBe("link");
    }));

test("a flood of 100,000 calls is answered, while a handler that never answers ends after 15 s; with more open at once the rest is refused", () =>
    open(async (host) => {
        const asked = Date.now();
        const hanging = host.eval<string>(`invoke("test:wait").catch(error => error.code)`);
        const flood = (channel: string, many: number) => host.eval<number>(
            `Promise.all(Array.from({ length: ${many} }, (_, i) => invoke("${channel}", i))).then(all => all.filter((value, i) => value === i).length)`);
        expect(await flood("test:echo", 100_000)).toBe(100_000);
        expect(await flood("test:echoOnMain", 20_000)).toBe(20_000);
        expect(await hanging).toBe("TIMEOUT");
        expect(Date.now() - asked).toBeGreaterThan(14_500);
        const codes = await host.eval<string[]>(`new Promise(done => {
            const codes = [];
            for (let i = 0; i < 100_050; i++) invoke("test:wait", null, { timeout: 0 }).catch(error => { if (codes.push(error.code) === 50) done(codes); });
        })`);
        expect(new Set(codes)).toEqual(new Set(["UNAVAILABLE"]));
        const seen = host.events.length;
        await host.eval(`void setTimeout(() => location.reload())`);
        await host.event("mounted", undefined, seen);
        expect(await eventually(() => waits(host), ({ running }) => running === 0)).toEqual({ running: 0, cancelled: 100_001 });
        expect(await flood("test:echo", 1000)).toBe(1000);
    }), 60_000);

test("large messages both ways at once lock nothing up", () =>
    open(async (host) => {
        expect(await host.eval<number>(`(async () => {
            const bytes = new Uint8Array(2 << 20).fill(7), text = "x".repeat(1 << 20);
            const calls = Array.from({ length: 60 }, (_, i) => i % 2 ? invoke("test:echo", bytes) : invoke("test:echo", text));
            return (await Promise.all(calls)).filter((answer, i) => i % 2 ? answer.byteLength === bytes.length : answer === text).length;
        })()`)).toBe(60);
        expect(await host.eval<string>("path()")).toBe("link");
    }), 60_000);

test("a call as large as may be goes through, a larger one is refused before it is sent", () =>
    open(async (host) => {
        expect(await host.eval<string>(`invoke("test:echo", new Uint8Array((128 << 20) + 1)).catch(error => error.code)`)).toBe("TOO_LARGE");
        expect(await host.eval<string>(`invoke("test:echo", new Uint8Array(128 << 20)).then(bytes => bytes.byteLength)`)).toBe(128 << 20);
        expect(await host.eval<string>("path()")).toBe("link");
    }), 60_000);

test("time-out and abort cancel the handler's task", () =>
    open(async (host) => {
        expect(await host.eval<string>(`invoke("test:wait", null, { timeout: 50 }).catch(error => error.code)`)).toBe("TIMEOUT");
        expect(await host.eval<any>(`(() => { const c = new AbortController(); const p = invoke("test:wait", 1, { signal: c.signal }); c.abort(); return p; })().catch${failure}`))
            .toMatchObject({ name: "AbortError", code: "ABORTED" });
        expect(await eventually(() => waits(host), ({ running, cancelled }) => running === 0 && cancelled === 2)).toEqual({ running: 0, cancelled: 2 });
    }));

/** What ends a page in mid-call. */
const ends: Record<string, (host: Host) => Promise<unknown>> = {
    "a reload": (host) => host.eval(`void setTimeout(() => location.reload())`),
    "a web process that is killed": async (host) =>
        process.kill(descendants(host.pid).find(({ command }) => /^\S*\/WebKitWebProcess /.test(command))!.pid, "SIGKILL"),
};

for (const [name, end] of Object.entries(ends)) {
    test(`${name} in mid-call cancels the calls; nothing is left, and the next page calls as before`, () =>
        open(async (host) => {
            const call = `void Array.from({ length: 500 }, () => invoke("test:wait", "x".repeat(1000), { timeout: 0 }).catch(() => {}))`;
            let before: number[] = [];
            for (let round = 1; round <= 3; round++) {
                await host.eval(call);
                await eventually(() => waits(host), ({ running }) => running === 500);
                const seen = host.events.length;
                await end(host);
                await host.event("mounted", undefined, seen);
                expect(await eventually(() => waits(host), ({ running }) => running === 0)).toEqual({ running: 0, cancelled: 500 * round });
                expect(await host.eval<string>("path()")).toBe("link");
                if (round === 1) before = [sockets(host.pid), threads(host.pid)];
                // The pools' threads come and go; none may come for each page.
                else await eventually(() => [sockets(host.pid), threads(host.pid)], (now) => now[0] <= before[0] && now[1] <= before[1] + 4);
            }
        }), 60_000);
}

test("a window that is closed in mid-call leaves nothing behind", () =>
    open(async (host) => {
        const opened = async () => {
            const seen = host.events.length;
            const id = await host.eval<string>(`invoke("window:open", { component: "two" })`);
            await host.event("mounted", (event) => event.component === "two", seen);
            await host.eval(`void Array.from({ length: 200 }, () => invoke("test:wait", null, { timeout: 0 }).catch(() => {}))`, "two");
            await eventually(() => waits(host), ({ running }) => running === 200);
            return { id, seen };
        };
        const closed = async ({ seen }: { seen: number }) => {
            await host.eval(`void invoke("window:close").catch(() => {})`, "two");
            await host.event("window-closed", undefined, seen);
            await eventually(() => waits(host), ({ running }) => running === 0);
        };
        await closed(await opened());
        const before = sockets(host.pid);
        for (let round = 0; round < 3; round++) await closed(await opened());
        await eventually(() => sockets(host.pid), (now) => now <= before);
        expect(await host.eval<string>("path()")).toBe("link");
    }, { "bun/web/two.ts": page }), 60_000);

test("a handler that holds its thread holds up no other call, and neither do many", () =>
    open(async (host) => {
        const order = await host.eval<string[]>(`(async () => {
            const order = [];
            const blocked = [];
            for (let i = 0; i < 12; i++) {
                blocked.push(invoke("test:block", 1500).then(() => order.push("blocked")));
                await invoke("test:echoOnMain", i);
            }
            for (let i = 0; i < 100; i++) await invoke("test:echoOnMain", i);
            order.push("free");
            await Promise.all(blocked);
            return order;
        })()`);
        expect(order[0]).toBe("free");
        expect(order.length).toBe(13);
        const quiet = threads(host.pid);
        for (let round = 0; round < 3; round++) await host.eval(`Promise.all([invoke("test:block", 30), invoke("test:echo", 1)])`);
        await eventually(() => threads(host.pid), (now) => now <= quiet + 1);
    }));

test("a page that breaks the protocol loses its connection; open calls fail, later ones go by script messages", () =>
    open(async (host) => {
        const failed = host.eval<string>(`invoke("test:wait", null, { timeout: 0 }).catch(error => error.code + ": " + error.message)`);
        await eventually(() => waits(host), ({ running }) => running === 1);
        await host.eval(`window.__keystoneLink.send("no call at all")`);
        const outcome = await failed;
        expect(outcome).toMatch(/UNAVAILABLE: .*connection/);
        await host.logged(/the page's connection was closed: a call without a number/);
        expect(await host.eval<unknown>(`(async () => [path(), await invoke("test:echo", { a: 1 }), (await invoke("test:bytes", 4)).byteLength])()`))
            .toEqual(["messages", { a: 1 }, 4]);
        expect(await eventually(() => waits(host), ({ running }) => running === 0)).toEqual({ running: 0, cancelled: 1 });
    }));

test("the functions take nonsense without harm", () =>
    open(async (host) => {
        const results = await host.eval<unknown>(`(() => {
            const link = window.__keystoneLink;
            const nothing = [undefined, null, 1, {}, [], Symbol("s"), () => {}, "", new Date(), new ArrayBuffer(4), new Float64Array(2), new Uint8Array(0)];
            const tried = name => nothing.filter(value => { try { return link[name](value) === true; } catch { return false; } }).length;
            return [tried("send"), tried("sendAll"), tried("sendBytes"), tried("open"), link.open(() => {}), (0, link.send)()];
        })()`);
        expect(results).toEqual([0, 0, 0, 0, false, false]);
        expect(await host.eval<string>(`invoke("test:echo", "still")`)).toBe("still");
        expect(await host.eval<string>("path()")).toBe("link");
    }));

test("frames inside the page get no connection, whatever their origin", () =>
    open(async (host) => {
        expect(await host.eval<unknown>(`(async () => {
            const add = setup => new Promise(done => { const f = document.createElement("iframe"); f.onload = () => done(f); setup(f); document.body.append(f); });
            const own = await add(f => { f.srcdoc = "<p>own</p>"; });
            const blank = await add(f => { f.src = "about:blank"; });
            const told = new Promise(done => addEventListener("message", event => done(event.data), { once: true }));
            await add(f => { f.sandbox = "allow-scripts"; f.srcdoc = "<script>parent.postMessage(typeof window.__keystoneLink, '*')<" + "/script>"; });
            return [typeof own.contentWindow.__keystoneLink, typeof blank.contentWindow.__keystoneLink, await told, typeof window.__keystoneLink];
        })()`)).toEqual(["undefined", "undefined", "undefined", "object"]);
    }));

test("windows have connections of their own, and one window's flood leaves the other's calls alone", () =>
    open(async (host) => {
        await host.mounted("two");
        expect(await host.eval<string>(`invoke("window:getId")`, "two")).not.toBe(await host.eval<string>(`invoke("window:getId")`, "app"));
        const flood = host.eval<number>(`Promise.all(Array.from({ length: 30_000 }, (_, i) => invoke("test:echo", i))).then(all => all.length)`, "app");
        const other = host.eval<number>(`(async () => { for (let i = 0; i < 50; i++) if (await invoke("test:echo", i) !== i) return -1; return 50; })()`, "two");
        expect(await Promise.all([flood, other])).toEqual([30_000, 50]);
    }, { "bun/web/two.ts": page }, { windows: [{ component: "app" }, { component: "two" }] }), 60_000);

test("KEYSTONE_FAST_PATH=off leads to script messages, and the log says so", () =>
    open(async (host) => {
        expect(host.log).toMatch(/pages call the host by script messages \(KEYSTONE_FAST_PATH is off\)/);
        expect(await host.eval<unknown>(`(async () => [typeof window.__keystoneLink, path(), await invoke("test:echo", 1), [...new Uint8Array(await invoke("test:bytes", 2))]])()`))
            .toEqual(["undefined", "messages", 1, [0, 1]]);
    }, {}, {}, { KEYSTONE_FAST_PATH: "off" }));
