import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { descendants, Host, isAlive, running, webApp, within } from "./harness";

const service = `
import { defineService } from "@keystone/sdk/service";
import { writeFileSync } from "node:fs";
export default defineService("keeper")
    .query(() => process.pid)
    .onStop(() => writeFileSync(new URL("../stopped", import.meta.url), "stopped"))
    .build();`;

async function gone(pids: number[]): Promise<void> {
    await within((async () => {
        while (pids.some(isAlive)) await Bun.sleep(20);
    })(), 10_000, () => `still there: ${pids.filter(isAlive)}`);
}

for (const signal of ["SIGTERM", "SIGINT"] as const) {
    test(`${signal} stops services, ends Bun and leaves nothing`, async () => {
        const app = webApp({ "bun/services/keeper.ts": service });
        await running(app, async (host) => {
            await host.mounted();
            const children = descendants(host.pid).map((child) => child.pid);
            expect(children.length).toBeGreaterThan(1);
            host.kill(signal);
            expect(await host.exited).toBe(0);
            expect(app.read("bun/stopped")).toBe("stopped");
            await gone(children);
            expect(readdirSync(app.path + "/.home").filter((name) => name.endsWith(".sock"))).toEqual([]);
        });
    });
}

test("when the host is killed, Bun notices and exits by itself", async () => {
    const app = webApp({ "bun/services/keeper.ts": service });
    await running(app, async (host) => {
        await host.mounted();
        const children = descendants(host.pid).map((child) => child.pid);
        host.kill("SIGKILL");
        await host.exited;
        await gone(children);
        expect(app.read("bun/stopped")).toBe("stopped");
    });
});

test("closing the last window quits, and unmounts the component first", async () => {
    const app = webApp({
        "bun/web/app.ts": `import { invokeBun } from "@keystone/sdk/bridge";
            export function mount(root: HTMLElement) { root.textContent = "here"; }
            export async function unmount() { await invokeBun("keeper:unmounted"); }`,
        "bun/services/keeper.ts": `import { defineService } from "@keystone/sdk/service";
            import { writeFileSync } from "node:fs";
            export default defineService("keeper")
                .handle("keeper:unmounted", () => { writeFileSync(new URL("../unmounted", import.meta.url), "yes"); })
                .build();`,
    });
    await running(app, async (host: Host) => {
        await host.mounted();
        await host.do("close", { window: "app" });
        expect(await host.exited).toBe(0);
        expect(app.read("bun/unmounted")).toBe("yes");
    });
});

test("what an unmount still has to save is waited for, when a window closes and when the app quits", async () => {
    const app = webApp({
        "bun/web/app.ts": `import { invokeBun } from "@keystone/sdk/bridge";
            export function mount(root: HTMLElement) { root.textContent = "here"; }
            export async function unmount() {
                for (let step = 1; step <= 20; step++) await invokeBun("keeper:step", { step });
            }`,
        "bun/services/keeper.ts": `import { defineService } from "@keystone/sdk/service";
            import { writeFileSync } from "node:fs";
            export default defineService("keeper")
                .handle("keeper:step", async ({ step }) => { await Bun.sleep(10); writeFileSync(new URL("../step", import.meta.url), String(step)); })
                .build();`,
    });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.quit()).toBe(0);
        expect(app.read("bun/step")).toBe("20");
    });
});

test("quitOnLastWindowClosed: false keeps the app alive", async () => {
    const app = webApp({}, { quitOnLastWindowClosed: false });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("close", { window: "app" });
        await host.event("window-closed");
        const id = await host.do<string>("open", { component: "app" });
        await host.event("mounted", (event) => event.window === id);
    });
});
