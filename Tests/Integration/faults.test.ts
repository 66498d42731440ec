import { expect, test } from "bun:test";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { command, running, webApp } from "./harness";

const overlay = `new Promise(done => {
    const look = () => { const text = document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent; text ? done(text) : setTimeout(look, 10); };
    look(); })`;

test("a component without mount is named in the overlay and the log", async () => {
    await running(webApp({ "bun/web/app.ts": "export const nothing = 1;" }), async (host) => {
        await host.event("mount-failed");
        expect(await host.eval<string>(overlay)).toContain("mount");
        expect(host.log).toContain("app");
    });
});

test("a window whose component is missing says so and names the nearest", async () => {
    const app = webApp({ "bun/web/settings.ts": "export function mount() {}" }, { windows: [{ component: "setings" }] });
    await running(app, async (host) => {
        await host.event("mount-failed");
        expect(await host.eval<string>(overlay)).toContain("settings");
    });
});

test("a service that throws at load is reported with file and line; the others run; saving it mended starts it", async () => {
    const app = webApp({
        "bun/web/app.ts": `import * as bridge from "@keystone/sdk/bridge"; export function mount(r: HTMLElement) { r.textContent = "x"; Object.assign(window, { bridge }); }`,
        "bun/services/good.ts": `import { defineService } from "@keystone/sdk/service"; export default defineService("good").query(() => "good").build();`,
        "bun/services/bad.ts": `const broken = true;\nif (broken) throw new Error("cannot load");`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/cannot load/);
        expect(host.log).toMatch(/bad\.ts:2/);
        expect(await host.eval<string>(`bridge.query("good")`)).toBe("good");
        app.write("bun/services/bad.ts", `import { defineService } from "@keystone/sdk/service"; export default defineService("bad").query(() => "mended").build();`);
        expect(await host.eval<string>(`new Promise(done => { const ask = () => bridge.query("bad").then(done, () => setTimeout(ask, 20)); ask(); })`)).toBe("mended");
    });
});

test("without Bun installed the error says how to get it", async () => {
    const app = webApp();
    const result = await command(["run", app.path, "--eval", "1"], { env: { KEYSTONE_BUN: "/nowhere/bun" } });
    expect(result.code).toBe(1);
    expect(result.err).toContain("/nowhere/bun");
    app.remove();
});

test("a Bun that is too old is refused with its version", async () => {
    const app = webApp({ "old/bun": "#!/bin/sh\necho 1.0.7\n" });
    chmodSync(join(app.path, "old/bun"), 0o755);
    const result = await command(["run", app.path, "--eval", "1"], { env: { KEYSTONE_BUN: join(app.path, "old/bun") } });
    expect(result.code).toBe(1);
    expect(result.err).toContain("1.0.7");
    app.remove();
});

test("an app without Bun shows its static pages; the socket's features say unavailable", async () => {
    const app = webApp({
        "bun/web/app.js": `import { query, invoke, action } from "@keystone/sdk/bridge";
            export function mount(root) { root.textContent = "static"; Object.assign(window, { query, invoke, action }); }`,
    }, { bun: { enabled: false } });
    await running(app, async (host) => {
        await host.mounted();
        expect(await host.eval<string>("document.body.innerText.trim()")).toBe("static");
        expect(await host.eval<string>(`invoke("app:getName")`)).toBe("Test");
        expect(await host.eval<string>(`query("x").catch(error => error.code)`)).toBe("UNAVAILABLE");
        expect(await host.eval<number>(`fetch("/keystone.json").then(r => r.status, () => 404)`)).toBe(404);
        await host.eval(`setTimeout(() => action("app:quit"))`);
        expect(await host.exited).toBe(0);
    });
});

test("a taken port is no trouble: another one is used", async () => {
    const app = webApp();
    const first = await command(["run", app.path, "--eval", "location.port"], { home: app.path });
    const port = Number(JSON.parse(first.out));
    const taken = Bun.serve({ port, hostname: "127.0.0.1", fetch: () => new Response("taken") });
    const second = await command(["run", app.path, "--eval", "location.port"], { home: app.path });
    taken.stop(true);
    expect(second.code).toBe(0);
    expect(JSON.parse(second.out)).not.toBe(String(port));
    app.remove();
});

test("the port of the last run is used again, so that stored data stays", async () => {
    const app = webApp();
    const run = (code: string) => command(["run", app.path, "--eval", code], { home: app.path });
    const first = await run("(localStorage.setItem('kept', 'yes'), location.port)");
    const second = await run("[location.port, localStorage.getItem('kept')]");
    expect(JSON.parse(second.out)).toEqual([JSON.parse(first.out), "yes"]);
    app.remove();
});

test("a configuration saved while the app runs is checked, and said to take effect later", async () => {
    const app = webApp();
    await running(app, async (host) => {
        await host.mounted();
        const config = JSON.parse(app.read("keystone.json"));
        app.write("keystone.json", JSON.stringify({ ...config, windows: [{ component: "app", width: "wide" }] }));
        await host.logged(/windows\[0\]\.width: found "wide"/);
        app.write("keystone.json", JSON.stringify({ ...config, name: "Other" }));
        await host.logged(/takes effect when the app starts again/);
        expect(await host.eval<string>("window.__keystone.windowId")).toBe("1");
    });
});
