// React, Vue and Preact as Debian packages them, in real windows: mounted, used, swapped, taken out, broken and mended.
import { expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppDirectory, running, type Host } from "./harness";

/** Where Debian has the packages; an app has them in its own `node_modules`. */
const DEBIAN = "/usr/share/nodejs";
const PACKAGES = [
    "react", "react-dom", "scheduler", "loose-envify", "js-tokens", "vue", "vue-template-compiler", "he", "de-indent", "preact",
];

function fixture(): AppDirectory {
    const app = new AppDirectory({}, "Tests/Fixtures/frameworks");
    for (const name of PACKAGES) {
        const source = join(DEBIAN, name);
        if (!existsSync(source)) throw new Error(`${source} is missing: ./test installs it`);
        const copy = join(app.path, "bun/node_modules", name);
        mkdirSync(dirname(copy), { recursive: true });
        cpSync(source, copy, { recursive: true, dereference: true });
    }
    return app;
}

/** Waits in the page until an expression is true. */
const until = (host: Host, expression: string) =>
    host.eval(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 5); look(); })`);
const text = (host: Host, selector: string) => host.eval<string>(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? ""`);
const click = (host: Host, selector: string) => host.eval(`document.querySelector(${JSON.stringify(selector)}).click()`);
const swapped = (host: Host, component: string, from: number) =>
    host.event("swapped", (event) => event.component === component && event.kind === "js", from);
const OVERLAY = `(document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent ?? "")`;

/** Saves a file with one text replaced by another. */
function edit(app: AppDirectory, file: string, from: string, to: string): void {
    const before = app.read(file);
    expect(before).toContain(from);
    app.write(file, before.replace(from, to));
}

/** Opens a component in a slot of its own. */
async function open(host: Host, component: string): Promise<void> {
    await host.do("addSlot", { key: component, component, frame: { x: 0, y: 0, width: 600, height: 400 } });
    await host.mounted(component);
}

/** Takes a component out. */
async function close(host: Host, key: string): Promise<void> {
    await host.do("removeSlot", { key });
    await until(host, `!document.querySelector('[data-slot="${key}"]')`);
}

test("React: state, effects, a chunk by React.lazy, a swap, and the end", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted("react");
        await until(host, `document.querySelector("#count")`);
        for (let clicks = 0; clicks < 3; clicks++) await click(host, "#count");
        await until(host, `document.querySelector("#count").textContent === "Clicked 3 times"`);
        await click(host, "#show");
        await until(host, `document.querySelectorAll("#chart rect").length === 5`);
        await host.eval(`window.life.length = 0, window.marker = "same page"`);

        let from = host.events.length;
        edit(app, "bun/src/react/counter.tsx", "Clicked", "Pressed");
        await swapped(host, "react", from);
        await until(host, `document.querySelector("#count")?.textContent === "Pressed 0 times"`);
        // The development build of React runs effects twice under StrictMode.
        await until(host, `window.life.join() === "cleanup,effect,cleanup,effect"`);
        expect(await host.eval(`window.marker`)).toBe("same page");

        from = host.events.length;
        edit(app, "bun/src/react/chart.tsx", `width="240"`, `width="300"`);
        await swapped(host, "react", from);
        await until(host, `document.querySelector("#show")`);
        await click(host, "#show");
        await until(host, `document.querySelector("#chart")?.getAttribute("width") === "300"`);

        await close(host, "react");
        expect(await host.eval(`[window.life.at(-1), document.querySelector("main") === null]`)).toEqual(["cleanup", true]);
        expect(await host.eval("complaints")).toEqual([]);
        expect(host.log).not.toMatch(/error/i);
    });
});

test("React: what is thrown in render, in effects and in events reaches the overlay and the log by its file and line", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted("react");
        await until(host, `document.querySelector("#count")`);
        const original = app.read("bun/src/react/counter.tsx");

        let from = host.events.length;
        edit(app, "bun/src/react/counter.tsx", `    life("effect");`, `    life("effect");\n    throw new Error("in an effect");`);
        await swapped(host, "react", from);
        await until(host, `${OVERLAY}.includes("in an effect")`);
        expect(await host.eval<string>(OVERLAY)).toContain("src/react/counter.tsx:7:");
        await host.logged(/uncaught: Error: in an effect[^]*src\/react\/counter\.tsx:7:\d+/);

        from = host.events.length;
        app.write("bun/src/react/counter.tsx", original);
        await swapped(host, "react", from);
        await until(host, `document.querySelector("#count")`);
        expect(await host.eval<string>(OVERLAY)).toBe("");

        from = host.events.length;
        edit(app, "bun/src/react/counter.tsx", "() => setCount(count + 1)", `() => { throw new TypeError("in an event") }`);
        await swapped(host, "react", from);
        await until(host, `document.querySelector("#count")`);
        await click(host, "#count");
        await until(host, `${OVERLAY}.includes("in an event")`);
        await host.logged(/uncaught: TypeError: in an event[^]*src\/react\/counter\.tsx:9:\d+/);
    });
});

test("React, packaged: the build for production, and errors by file and line", async () => {
    const app = fixture();
    edit(app, "bun/src/react/counter.tsx", "() => setCount(count + 1)", `() => { throw new Error("in production") }`);
    await running(app, async (host) => {
        await host.mounted("react");
        await until(host, `document.querySelector("#count")`);
        await until(host, `window.life?.join() === "effect"`);
        const script = await host.eval<string>(`fetch("/web/react.js").then(answer => answer.text())`);
        expect(script.length).toBeLessThan(250_000);
        expect(script).not.toContain("react-dom.development");
        await click(host, "#count");
        await host.logged(/uncaught: Error: in production[^]*src\/react\/counter\.tsx:9:\d+/);
        expect(await host.eval<string>(OVERLAY)).toBe("");
        await click(host, "#show");
        await until(host, `document.querySelector("#chart")`);
    }, { KEYSTONE_MODE: "packaged" });
});

test("Vue 2: single-file components by a plugin, with their styles; a swap, a fault, and the end", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted("react");
        await close(host, "react");
        await open(host, "vue");
        expect(await text(host, "h1")).toMatch(/^Vue 2\.\d/);
        await click(host, "#add");
        await until(host, `document.querySelectorAll("li").length === 2`);
        expect(await host.eval(`getComputedStyle(document.querySelector("li")).color`)).toBe("rgb(10, 130, 90)");

        let from = host.events.length;
        edit(app, "bun/src/vue/item.vue", "{{ text }}", "– {{ text }}");
        await swapped(host, "vue", from);
        expect(await text(host, "ul")).toContain("– first");
        expect(await host.eval("destroyed")).toBe(1);

        from = host.events.length;
        edit(app, "bun/src/vue/item.vue", "rgb(10, 130, 90)", "rgb(200, 0, 0)");
        await host.event("swapped", (event) => event.component === "vue" && event.kind === "css", from);
        expect(await host.eval(`getComputedStyle(document.querySelector("li")).color`)).toBe("rgb(200, 0, 0)");

        from = host.events.length;
        const good = app.read("bun/src/vue/item.vue");
        edit(app, "bun/src/vue/item.vue", "</li>", "");
        await until(host, `${OVERLAY}.includes('plugin "vue2" failed in onLoad')`);
        app.write("bun/src/vue/item.vue", good);
        await swapped(host, "vue", from);
        expect(await host.eval<string>(OVERLAY)).toBe("");

        await close(host, "vue");
        expect(await host.eval(`[document.querySelector("li"), document.querySelectorAll("link[rel=stylesheet]").length]`)).toEqual([null, 0]);
        expect(await host.eval("complaints")).toEqual([]);
    });
});

test("Preact: JSX by a pragma, state, a swap, and the end", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted("react");
        await open(host, "preact");
        await click(host, "#tick");
        await until(host, `document.querySelector("#tick").textContent === "Ticks 1"`);
        const from = host.events.length;
        edit(app, "bun/web/preact.tsx", `label="Ticks"`, `label="Tocks"`);
        await swapped(host, "preact", from);
        expect(await text(host, "#tick")).toBe("Tocks 0");
        expect(await host.eval("stopped")).toBe(true);
        await close(host, "preact");
        expect(await host.eval("complaints")).toEqual([]);
    });
});
