import { expect, test } from "bun:test";
import { renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { descendants, running, webApp, type AppDirectory, type Host } from "./harness";

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

/** Waits in the page until an expression is true. */
const until = (host: Host, expression: string) =>
    host.eval(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 5); look(); })`);
const OVERLAY = `(document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent ?? "")`;
const component = (text: string) => `export function mount(root: HTMLElement) { root.id = "app"; root.textContent = ${JSON.stringify(text)}; }`;
const shows = (host: Host, text: string) => until(host, `document.querySelector("#app")?.textContent === ${JSON.stringify(text)}`);

/** Saves as editors do: a temporary file, then a rename over the old one. */
function saveAtomically(app: AppDirectory, file: string, content: string): void {
    app.write(`${file}.part`, content);
    renameSync(join(app.path, `${file}.part`), join(app.path, file));
}

test("what is saved while Bun is away is there when it is back, without a reload", async () => {
    const app = webApp({
        "bun/web/app.ts": `import { text } from "../src/text"; import "./app.css";
            export function mount(root: HTMLElement) { root.id = "app"; root.textContent = text; }`,
        "bun/web/app.css": "#app { color: rgb(1, 2, 3) }",
        "bun/web/other.ts": `export function mount(root: HTMLElement) { root.id = "other"; (window as any).others = ((window as any).others ?? 0) + 1; }`,
        "bun/src/text.ts": `export const text = "before";`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "other", component: "other", frame: { x: 0, y: 300, width: 200, height: 50 } });
        await host.mounted("other");
        await host.eval(`window.marker = "same page"`);
        const bun = descendants(host.pid).find(({ command }) => command.includes("bun/host.ts"));
        process.kill(bun!.pid, "SIGKILL");
        app.write("bun/src/text.ts", `export const text = "while Bun was away";`);
        app.write("bun/web/app.css", "#app { color: rgb(4, 5, 6) }");
        await shows(host, "while Bun was away");
        await until(host, `getComputedStyle(document.querySelector("#app")).color === "rgb(4, 5, 6)"`);
        expect(await host.eval(`[window.marker, window.others]`)).toEqual(["same page", 1]);
    });
});

test("many saves in a row, some by renaming, end with the last one", async () => {
    const app = webApp({ "bun/web/app.ts": component("version 0") });
    await running(app, async (host) => {
        await host.mounted();
        for (let version = 1; version <= 40; version++) {
            if (version % 2) app.write("bun/web/app.ts", component(`version ${version}`));
            else saveAtomically(app, "bun/web/app.ts", component(`version ${version}`));
            await Bun.sleep(version % 5);
        }
        await shows(host, "version 40");
    });
});

test("a stylesheet goes with the import of it, and with its component", async () => {
    const app = webApp({
        "bun/web/app.ts": `import "./app.css"; import "../src/more.css"; ${component("styled")}`,
        "bun/web/app.css": "#app { color: rgb(1, 2, 3) }",
        "bun/src/more.css": "#app { margin-left: 7px }",
    });
    await running(app, async (host) => {
        await host.mounted();
        const style = () => host.eval(`(({ color, marginLeft }) => [color, marginLeft])(getComputedStyle(document.querySelector("#app")))`);
        expect(await style()).toEqual(["rgb(1, 2, 3)", "7px"]);
        let from = host.events.length;
        app.write("bun/web/app.ts", `import "./app.css"; ${component("less")}`);
        await swapped(host, "app", "js", from);
        expect(await style()).toEqual(["rgb(1, 2, 3)", "0px"]);
        from = host.events.length;
        app.write("bun/web/app.ts", component("plain"));
        await swapped(host, "app", "js", from);
        expect((await style() as string[])[0]).not.toBe("rgb(1, 2, 3)");
        expect(await host.eval(`document.querySelectorAll("link[rel=stylesheet]").length`)).toBe(0);

        from = host.events.length;
        app.write("bun/web/app.ts", `import "./app.css"; ${component("again")}`);
        await swapped(host, "app", "js", from);
        await host.do("removeSlot", { key: "app" });
        expect(await host.eval(`document.querySelectorAll("link[rel=stylesheet]").length`)).toBe(0);
    });
});

test("a component whose file goes stays under a note, and is swapped when the file is back", async () => {
    const app = webApp({ "bun/web/app.ts": component("one") });
    await running(app, async (host) => {
        await host.mounted();
        rmSync(join(app.path, "bun/web/app.ts"));
        await until(host, `${OVERLAY}.includes("is gone")`);
        expect(await host.eval(`document.querySelector("#app").textContent`)).toBe("one");
        app.write("bun/web/app.tsx", component("two"));
        await shows(host, "two");
        expect(await host.eval<string>(OVERLAY)).toBe("");
    });
});

test("a window whose component is not there yet shows it when its file comes", async () => {
    const app = webApp({}, { windows: [{ component: "late" }] });
    await running(app, async (host) => {
        await host.event("painted");
        await until(host, `${OVERLAY}.includes('there is no component "late"')`);
        app.write("bun/web/late.ts", component("here at last"));
        await shows(host, "here at last");
        expect(await host.eval<string>(OVERLAY)).toBe("");
    });
});

const FAULTY = `const wanted = "boom";

export function mount(root: HTMLElement) {
    root.id = "app";
    root.onclick = () => { throw new RangeError(wanted + " in an event"); };
    root.ondblclick = async () => { await null; throw new Error(wanted + " later"); };
    root.onauxclick = () => import("../src/lazy").then(({ fail }) => fail());
}

export function unmount(): void {
    throw new Error(wanted + " at the end");
}
`;
const LAZY = `// A chunk of its own.

export function fail(): never {
    throw new SyntaxError("boom in a chunk");
}
`;

for (const mode of ["development", "packaged"]) {
    test(`errors of a component are told by file and line of its TypeScript, ${mode}`, async () => {
        const app = webApp({ "bun/web/app.ts": FAULTY, "bun/src/lazy.ts": LAZY });
        await running(app, async (host) => {
            await host.mounted();
            const fire = (type: string) => host.eval(`document.querySelector("#app").dispatchEvent(new MouseEvent("${type}"))`);
            await fire("click");
            await host.logged(/uncaught: RangeError: boom in an event[^]*web\/app\.ts:5:\d+/);
            await fire("dblclick");
            await host.logged(/unhandled rejection: Error: boom later[^]*web\/app\.ts:6:\d+/);
            await host.eval(`new Promise(done => new ResizeObserver(([{ target }]) => {
                target.style.width = (parseFloat(target.style.width || "100") + 1) + "px";
                requestAnimationFrame(() => requestAnimationFrame(() => done(true)));
            }).observe(document.querySelector("#app").appendChild(document.createElement("div"))))`);
            await fire("auxclick");
            await host.logged(/unhandled rejection: SyntaxError: boom in a chunk[^]*src\/lazy\.ts:4:\d+/);
            expect(host.log).not.toContain("ResizeObserver");
            const overlay = await host.eval<string>(OVERLAY);
            if (mode === "packaged") {
                expect(overlay).toBe("");
                await host.do("removeSlot", { key: "app" });
            } else {
                for (const text of ["boom in an event", "web/app.ts:5:", "boom later", "boom in a chunk", "src/lazy.ts:4:"]) {
                    expect(overlay).toContain(text);
                }
                const from = host.events.length;
                app.write("bun/web/app.ts", component("mended"));
                await swapped(host, "app", "js", from);
                await until(host, `${OVERLAY}.includes("boom at the end")`);
                const left = await host.eval<string>(OVERLAY);
                expect(left).toContain("web/app.ts:11:");
                expect(left).not.toContain("boom later");
                app.write("bun/web/app.ts", component("mended twice"));
                await shows(host, "mended twice");
                expect(await host.eval<string>(OVERLAY)).toBe("");
            }
            await host.logged(/component "app": unmount: boom at the end[^]*web\/app\.ts:11:\d+/);
        }, { KEYSTONE_MODE: mode });
    });
}

test("a worker's script in TypeScript runs, and a change of it swaps its component", async () => {
    const app = webApp({
        "bun/web/app.ts": `let worker: Worker;
            export function mount(root: HTMLElement) {
                root.id = "app";
                worker = new Worker(new URL("../src/crunch.ts", import.meta.url), { type: "module" });
                worker.onmessage = ({ data }) => (root.textContent = data);
                worker.postMessage(6);
            }
            export function unmount() { worker.terminate(); }`,
        "bun/src/crunch.ts": `import { factor } from "./factor";
            onmessage = ({ data }: MessageEvent<number>) => postMessage("the worker says " + data * factor);`,
        "bun/src/factor.ts": `export const factor: number = 7;`,
    });
    await running(app, async (host) => {
        await host.mounted();
        await shows(host, "the worker says 42");
        for (const factor of [8, 9]) {
            app.write("bun/src/factor.ts", `export const factor = ${factor};`);
            await shows(host, `the worker says ${6 * factor}`);
        }
    });
});

test("a page sees the public variables of .env and of the environment, and no others", async () => {
    const app = webApp({
        "bun/.env": "KEYSTONE_PUBLIC_NAME=from a file\nSECRET_KEY=hidden-in-the-file\n",
        "bun/web/app.ts": `export function mount(root: HTMLElement) {
            root.textContent = JSON.stringify([process.env.KEYSTONE_PUBLIC_NAME, import.meta.env.KEYSTONE_PUBLIC_PLACE, process.env.SECRET_KEY, Object.keys(process.env).sort()]);
        }`,
    });
    await running(app, async (host) => {
        await host.mounted();
        expect(JSON.parse(await host.eval<string>(`document.querySelector(".ks-root").textContent`))).toEqual(
            ["from a file", "from the shell", null, ["KEYSTONE_PUBLIC_NAME", "KEYSTONE_PUBLIC_PLACE", "NODE_ENV"]]);
        expect(await host.eval<string>(`fetch("/web/app.js").then(answer => answer.text())`)).not.toMatch(/hidden/);
    }, { KEYSTONE_PUBLIC_PLACE: "from the shell", OTHER_SECRET: "hidden-in-the-shell" });
});
