// Streams between pages in real windows and services.
import { expect, test } from "bun:test";
import { running, webApp } from "./harness";

const service = `
import { defineService, type ServiceStream } from "@keystone/sdk/service";
const held = new Map<string, string>();
export default defineService("pipes")
    .query(() => ({ pid: process.pid, held: [...held.values()] }))
    .build((svc) => {
        svc.onStream("echo", (stream) => stream.readable.pipeTo(stream.writable));
        svc.onStream("source", async (stream) => {
            const writer = stream.writable.getWriter();
            const chunk = new Uint8Array(65536).fill(5);
            for (let left = stream.data as number; left > 0; left -= chunk.length) await writer.write(chunk.subarray(0, left));
            await writer.close();
        });
        svc.onStream("holds", (stream: ServiceStream, info) => {
            held.set(info.source, "open");
            stream.closed.then(() => held.set(info.source, "closed"), (error) => held.set(info.source, info.source + " " + error.code));
        });
    });`;

const page = `
import { ipc, query } from "@keystone/sdk/bridge";
const code = (promise: Promise<unknown>) => promise.then(() => "resolved", (error) => error.code ?? String(error));
async function count(stream: { readable: ReadableStream<Uint8Array> }, pauseEvery = 0): Promise<number> {
    let count = 0;
    for (const reader = stream.readable.getReader();;) {
        const { value, done } = await reader.read();
        if (done) return count;
        count += value.length;
        if (pauseEvery && count % pauseEvery < value.length) await new Promise((resolve) => setTimeout(resolve, 1));
    }
}
export function mount(root: HTMLElement) {
    root.textContent = "here";
    Object.assign(window, { pipes: {
        query: () => query("pipes"),
        async echo(size: number) {
            const stream = ipc.stream.open("echo");
            const bytes = new Uint8Array(size).map((_, index) => index % 251);
            const [, back] = await Promise.all([
                new Blob([bytes]).stream().pipeTo(stream.writable), new Response(stream.readable).arrayBuffer()]);
            await stream.closed;
            return new Uint8Array(back).every((byte, index) => byte === index % 251) && back.byteLength;
        },
        slowly: (size: number) => count(ipc.stream.open("source", size), 4 << 20),
        many: async () => {
            const holder = ipc.stream.open("holds");
            const counts = await Promise.all(Array.from({ length: 200 }, (_, n) => count(ipc.stream.open("source", 1000 + n))));
            holder.cancel();
            return counts.every((size, n) => size === 1000 + n);
        },
        async unknown() {
            const stream = ipc.stream.open("nobody");
            return [await code(stream.opened), await code(count(stream)), await code(stream.closed)];
        },
        async hold() {
            const stream = ipc.stream.open("holds");
            await stream.opened;
            (window as any).ended = code(stream.closed);
        },
    } });
}`;

const files = { "bun/web/app.ts": page, "bun/services/pipes.ts": service };
const fast = { processRecovery: { bunRestartBaseDelayMs: 50, bunRestartMaxDelayMs: 200 } };

test("a page's streams carry bytes both ways, many at once, to a reader that lags behind", async () => {
    await running(webApp(files), async (host) => {
        await host.mounted();
        expect(await host.eval<number>("pipes.echo(3_000_000)")).toBe(3_000_000);
        expect(await host.eval<number>("pipes.slowly(64 << 20)")).toBe(64 << 20);
        expect(await host.eval<boolean>("pipes.many()")).toBe(true);
        expect(await host.eval<string[]>("pipes.unknown()")).toEqual(["NO_HANDLER", "NO_HANDLER", "NO_HANDLER"]);
    });
}, 60_000);

test("a page that is reloaded, and a Bun that is killed, leave no stream hanging", async () => {
    await running(webApp(files, fast), async (host) => {
        await host.mounted();
        await host.eval("pipes.hold()");
        let from = host.events.length;
        await host.eval("void location.reload()");
        await host.event("mounted", () => true, from);
        const { pid, held } = await host.eval<{ pid: number; held: string[] }>(`new Promise(done => {
            const look = () => pipes.query().then(a => a.held[0] === "open" ? setTimeout(look, 10) : done(a)); look(); })`);
        expect(held).toEqual([expect.stringMatching(/^window:\S+ UNAVAILABLE$/)]);

        await host.eval("pipes.hold()");
        from = host.events.length;
        process.kill(pid, "SIGKILL");
        expect(await host.eval<string>("ended")).toBe("UNAVAILABLE");
        await host.event("bun", (event) => event.state === "running", from);
        expect(await host.eval<number>("pipes.query().then(() => pipes.echo(100_000))")).toBe(100_000);
    });
});
