// Drives Examples/files: a folder of the test's own, and what a person sees and does in the window.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { AppDirectory, command, running, type Host } from "./harness";

/** The app with its libraries in place of their sources, made once: the compiler takes longer than most tests. */
let compiled: Promise<string> | undefined;

async function compile(): Promise<string> {
    const app = new AppDirectory({}, "Examples/files");
    process.on("exit", () => app.remove());
    const { code, err } = await command(["build", "--plugins"], { cwd: app.path });
    if (code !== 0) throw new Error(err);
    for (const name of ["plugins", ".keystone", "compile_commands.json"]) rmSync(join(app.path, name), { recursive: true });
    return app.path;
}

/** A folder to look at, and the app on it; from source where the test changes that. */
export async function browsing(
    files: Record<string, string>, body: (host: Host, folder: string) => Promise<void>, { fromSource = false } = {},
): Promise<void> {
    const base = mkdtempSync(join(tmpdir(), "keystone-files-"));
    const folder = join(base, "home");
    mkdirSync(folder);
    try {
        for (const [name, content] of Object.entries(files)) put(join(folder, name), content);
        const app = fromSource ? "Examples/files" : await (compiled ??= compile());
        await running(new AppDirectory({}, app), async (host) => {
            await host.mounted();
            await body(host, folder);
        }, { FILES_ROOT: folder });
    } finally {
        rmSync(base, { recursive: true, force: true });
    }
}

export function put(path: string, content = ""): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
}

/** Waits for something in the page; says what is there instead when it does not come. */
export const until = (host: Host, expression: string) => host.eval(`new Promise((done, fail) => {
    const last = performance.now() + 15_000;
    const look = () => (${expression}) ? done(true) : performance.now() < last ? setTimeout(look, 5)
        : fail(new Error(${JSON.stringify(expression)} + " is not so: " + [${CRUMBS}, ${STATUS}, ${NAMES}.slice(0, 12)].join(" | ")));
    look();
})`);
export const key = (host: Host, name: string, held: Record<string, boolean> = {}) => host.eval(
    `void (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown",
        ${JSON.stringify({ key: name, bubbles: true, cancelable: true, ...held })}))`);
/** In the order in which they are seen. */
export const ROWS = `[...document.querySelectorAll(".row:not([hidden])")].sort((a, b) => a.ariaRowIndex - b.ariaRowIndex)`;
export const NAMES = `${ROWS}.map(row => row.querySelector(".name").textContent)`;
export const names = (host: Host) => host.eval<string[]>(NAMES);
export const shows = (host: Host, ...expected: string[]) =>
    until(host, `JSON.stringify(${NAMES}) === ${JSON.stringify(JSON.stringify(expected))}`);
export const CRUMBS = `[...document.querySelectorAll(".crumb")].map(crumb => crumb.textContent).join("/")`;
/** Without the separators of thousands, which depend on the language. */
export const STATUS = `document.querySelector(".status-text").textContent.replace(/(\\d)[^\\d ](?=\\d{3})/g, "$1")`;
export const chosen = (host: Host, name: string) =>
    until(host, `document.querySelector(".row[aria-selected=true] .name")?.textContent === ${JSON.stringify(name)}`);

export async function choose(host: Host, name: string): Promise<void> {
    await until(host, `${NAMES}.includes(${JSON.stringify(name)})`);
    await host.eval(`${ROWS}.find(row => row.querySelector(".name").textContent === ${JSON.stringify(name)}).click()`);
    await host.eval(`document.querySelector(".list").focus()`);
    await chosen(host, name);
}

export async function search(host: Host, text: string, goal = "name"): Promise<void> {
    await host.eval(`(() => {
        const goal = document.querySelector(".goals [value=${goal}]");
        if (!goal.checked) goal.click();
        const input = document.querySelector(".search");
        input.value = ${JSON.stringify(text)};
        input.dispatchEvent(new Event("input", { bubbles: true }));
    })()`);
}

export const found = (host: Host, count: number) =>
    until(host, `${STATUS}.startsWith("${count} found") && document.querySelector(".working").hidden`);

/** A request of the page: its status, and its body as text. */
export const ask = (host: Host, path: string, init: object = {}) => host.eval<[number, string, Record<string, string>]>(
    `fetch(${JSON.stringify(path)}, ${JSON.stringify(init)}).then(async r => [r.status, await r.text(), Object.fromEntries(r.headers)])`);
export const invoke = (host: Host, channel: string, args: object) => host.eval<any>(
    `import("@keystone/sdk/bridge").then(b => b.invoke("${channel}", ${JSON.stringify(args)})).catch(e => ({ message: e.message }))`);
