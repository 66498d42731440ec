import { expect, test } from "bun:test";
import { descendants, isAlive, running, webApp } from "./harness";

const ticker = `
import { defineService } from "@keystone/sdk/service";
let count = 0;
export default defineService("ticker")
    .query(() => process.pid)
    .every(50, (svc) => svc.push("tick", { pid: process.pid, count: ++count }))
    .build();`;

const subscriber = `
import { subscribe, query, keystone } from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) {
    root.textContent = "here";
    const w = window as any;
    w.loads = (w.loads ?? 0) + 1;
    w.ask = () => query("ticker");
    subscribe("tick", (tick: any) => { w.tick = tick; });
}`;

const fast = { processRecovery: { bunRestartBaseDelayMs: 50, bunRestartMaxDelayMs: 200 } };

test("Bun killed comes back: the page reconnects, its subscription resumes, the window stays", async () => {
    const app = webApp({ "bun/web/app.ts": subscriber, "bun/services/ticker.ts": ticker }, fast);
    await running(app, async (host) => {
        await host.mounted();
        const before = await host.eval<number>("window.ask()");
        await host.eval("window.marker = 'same page'");
        const from = host.events.length;
        process.kill(before, "SIGKILL");
        await host.event("bun", (event) => event.state === "running", from);
        const after = await host.eval<number>(`new Promise(done => {
            const look = () => window.tick && window.tick.pid !== ${before} ? done(window.tick.pid) : setTimeout(look, 10);
            look(); })`);
        expect(after).not.toBe(before);
        expect(await host.eval("[window.marker, window.loads]")).toEqual(["same page", 1]);
        expect(await host.eval<number>("window.ask()")).toBe(after);
    });
});

test("after the maximum of restarts it gives up with a visible, plain error", async () => {
    const app = webApp({ "bun/web/app.ts": subscriber, "bun/services/ticker.ts": ticker }, {
        processRecovery: { bunMaxRestarts: 2, bunRestartBaseDelayMs: 20, bunRestartMaxDelayMs: 40 },
    });
    await running(app, async (host) => {
        await host.mounted();
        let from = 0;
        for (let kills = 0; kills < 3; kills++) {
            const running = await host.event("bun", (event) => event.state === "running", from);
            from = host.events.length;
            process.kill(running.pid as number, "SIGKILL");
        }
        await host.event("bun", (event) => event.state === "failed", from);
        const text = await host.eval<string>(`new Promise(done => {
            const look = () => { const text = document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent; text ? done(text) : setTimeout(look, 10); };
            look(); })`);
        expect(text).toMatch(/service|Bun/i);
    });
});

test("the web process killed comes back with its slots", async () => {
    const app = webApp({
        "bun/web/app.ts": subscriber, "bun/services/ticker.ts": ticker,
        "bun/web/two.ts": "export function mount(root: HTMLElement) { root.id = 'two'; root.textContent = 'two'; }",
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "two", component: "two", frame: { x: 10, y: 20, width: 100, height: 30 } });
        await host.mounted("two");
        const web = descendants(host.pid).filter((child) => child.command.includes("WebKitWebProcess"));
        expect(web.length).toBeGreaterThan(0);
        const from = host.events.length;
        for (const { pid } of web) if (isAlive(pid)) process.kill(pid, "SIGKILL");
        await host.event("web-process-ended", undefined, from);
        await host.event("mounted", (event) => event.component === "two", from);
        expect(await host.eval(`(({ x, y, width, height }) => [x, y, width, height])(document.querySelector("#two").getBoundingClientRect())`))
            .toEqual([10, 20, 100, 30]);
        expect(await host.eval<number>("window.ask()")).toBeGreaterThan(0);
    });
});
