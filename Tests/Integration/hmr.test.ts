import { expect, test } from "bun:test";
import { running, webApp, type Host } from "./harness";

const swapped = (host: Host, component: string, kind: string, from: number) =>
    host.event("swapped", (event) => event.component === component && event.kind === kind, from);

test("saving a file that the entry imports swaps that component alone", async () => {
    const app = webApp({
        "bun/web/app.ts": `import { text } from "../src/text"; import "./app.css";
            export function mount(root: HTMLElement) { root.id = "app"; root.textContent = text; (window as any).mounts = ((window as any).mounts ?? 0) + 1; }
            export function unmount() { (window as any).unmounts = ((window as any).unmounts ?? 0) + 1; }`,
        "bun/web/app.css": "#app { color: rgb(1, 2, 3) }",
        "bun/web/other.ts": `export function mount(root: HTMLElement) { root.id = "other"; root.textContent = String(Math.random()); }`,
        "bun/src/text.ts": `export const text = "one";`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "other", component: "other", frame: { x: 0, y: 300, width: 200, height: 50 } });
        await host.mounted("other");
        const before = await host.eval<string>(`document.querySelector("#other").textContent`);
        await host.eval(`window.marker = "same page"`);

        let from = host.events.length;
        app.write("bun/src/text.ts", `export const text = "two";`);
        await swapped(host, "app", "js", from);
        expect(await host.eval(`document.querySelector("#app").textContent`)).toBe("two");
        expect(await host.eval(`[window.mounts, window.unmounts, window.marker]`)).toEqual([2, 1, "same page"]);
        expect(await host.eval<string>(`document.querySelector("#other").textContent`)).toBe(before);

        from = host.events.length;
        app.write("bun/web/app.css", "#app { color: rgb(4, 5, 6) }");
        await swapped(host, "app", "css", from);
        expect(await host.eval(`getComputedStyle(document.querySelector("#app")).color`)).toBe("rgb(4, 5, 6)");
        expect(await host.eval(`window.mounts`)).toBe(2);
        expect(await host.eval(`document.querySelectorAll("link[rel=stylesheet]").length <= 2`)).toBe(true);
    });
});

test("a build error shows in an overlay that goes away once it is mended", async () => {
    const app = webApp();
    await running(app, async (host) => {
        await host.mounted();
        const overlay = `document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent ?? ""`;
        app.write("bun/web/app.ts", `import { gone } from "./gone";\nexport function mount(root: HTMLElement) { root.textContent = gone; }`);
        await host.eval(`new Promise(done => { const check = () => (${overlay}).includes("gone") ? done(1) : requestAnimationFrame(check); check(); })`);
        expect(await host.eval<string>(overlay)).toContain("web/app.ts:1");
        const from = host.events.length;
        app.write("bun/web/gone.ts", `export const gone = "mended";`);
        await swapped(host, "app", "js", from);
        expect(await host.eval<string>("document.body.innerText")).toContain("mended");
        expect(await host.eval<string>(overlay)).toBe("");
    });
});
