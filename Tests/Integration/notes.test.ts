// Examples/notes, as a person would use it: two windows in step, nothing lost, nothing under the window's controls.
import { expect, test } from "bun:test";
import { AppDirectory, descendants, running, type Host } from "./harness";

const notes = () => new AppDirectory({}, "Examples/notes");
const until = (host: Host, expression: string, window?: string) =>
    host.eval(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 5); look(); })`, window);
const key = (host: Host, name: string, window?: string) => host.eval(
    `void (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: "${name}", ctrlKey: true, bubbles: true }))`,
    window);
/** Writes at a place of the text, as a keyboard does. */
const write = (host: Host, text: string, at: number, window?: string) => host.eval(
    `(() => { const body = document.querySelector(".body"); body.focus(); body.setSelectionRange(${at}, ${at});
        for (const letter of ${JSON.stringify(text)}) document.execCommand("insertText", false, letter); })()`,
    window);
const body = `document.querySelector(".body").value`;

async function newNote(host: Host, title: string): Promise<void> {
    await key(host, "n");
    await until(host, `document.activeElement.className === "title"`);
    await host.eval(`void document.execCommand("insertText", false, ${JSON.stringify(title)})`);
    await until(host, `document.querySelector("[aria-selected=true] .option-title").textContent === ${JSON.stringify(title)}`);
}

const stored = (host: Host, title: string) => host.eval<string>(`import("@keystone/sdk/bridge").then(async bridge => {
    const note = (await bridge.query("notes")).find(note => note.title === ${JSON.stringify(title)});
    return (await bridge.invokeBun("notes:open", { id: note.id, client: "test" })).text; })`);

test("two windows write in one note: each shows the other's letters, and no cursor moves", async () => {
    await running(notes(), async (host) => {
        await host.mounted();
        await newNote(host, "Shared");
        await write(host, "one two", 0);
        await key(host, "o");
        await host.mounted("note");
        await until(host, `${body} === "one two"`, "note");
        // The first window's cursor stands behind "one" while the second writes before and behind it.
        await host.eval(`document.querySelector(".body").setSelectionRange(3, 3)`);
        await write(host, "zero ", 0, "note");
        await write(host, " three", 12, "note");
        await until(host, `${body} === "zero one two three"`);
        expect(await host.eval<number>(`document.querySelector(".body").selectionStart`)).toBe(8);
        // Both at once.
        await Promise.all([write(host, "AAAAAAAAAA", 8), write(host, "BBBBBBBBBB", 18, "note")]);
        const done = `${body}.split("A").length === 11 && ${body}.split("B").length === 11`;
        await Promise.all([until(host, done), until(host, done, "note")]);
        expect(await host.eval<string>(body)).toBe(await host.eval<string>(body, "note"));
        expect(await stored(host, "Shared")).toBe(`Shared\n${await host.eval<string>(body)}`);
    });
}, 60_000);

test("what is typed while Bun is dead is there when it is back", async () => {
    await running(notes(), async (host) => {
        await host.mounted();
        await newNote(host, "Survivor");
        await write(host, "before", 0);
        const bun = descendants(host.pid).find(({ command }) => command.includes("host.ts"))!;
        process.kill(bun.pid, "SIGKILL");
        await write(host, ", and while it was dead", 6);
        const text = "Survivor\nbefore, and while it was dead";
        for (;;) if (await stored(host, "Survivor").catch(() => "") === text) break;
        expect(await host.eval<string>(body)).toBe("before, and while it was dead");
    });
}, 60_000);

test("notes are there after a restart, the last letter too, and the same one is open", async () => {
    const app = notes();
    await running(app, async (host) => {
        await host.mounted();
        await newNote(host, "Kept");
        await write(host, "to the last letter", 0);
        expect(await host.quit()).toBe(0);
        const again = new (host.constructor as typeof Host)(app);
        await again.mounted();
        expect(await again.eval<string>(`document.querySelector(".title").value`)).toBe("Kept");
        expect(await again.eval<string>(body)).toBe("to the last letter");
        expect(await again.quit()).toBe(0);
    });
}, 60_000);

test("a deleted note comes back by undo, in every window", async () => {
    await running(notes(), async (host) => {
        await host.mounted();
        await newNote(host, "Here and gone");
        await write(host, "text", 0);
        await key(host, "o");
        await host.mounted("note");
        await until(host, `${body} === "text"`, "note");
        await key(host, "d");
        await until(host, `document.querySelector(".toast").textContent.includes("Here and gone")`);
        await until(host, `document.querySelector(".page").dataset.state === "nothing"`, "note");
        await key(host, "z");
        await until(host, `document.querySelector(".title").value === "Here and gone"`);
        await until(host, `${body} === "text"`, "note");
    });
}, 60_000);

test("nothing lies under the window's own controls, and a note's window is opened once", async () => {
    await running(notes(), async (host) => {
        await host.mounted();
        await key(host, "o");
        await host.mounted("note");
        const free = `(() => {
            const inset = side => parseFloat(getComputedStyle(document.documentElement).getPropertyValue("--ks-inset-" + side));
            const [top, left, right] = ["top", "left", "right"].map(inset);
            return [...document.querySelectorAll("button, input, .status")].filter(element => {
                const box = element.getBoundingClientRect();
                return box.width > 0 && box.top < top && (box.left < left || box.right > innerWidth - right);
            }).map(element => element.className);
        })()`;
        expect(await host.eval<string[]>(free)).toEqual([]);
        expect(await host.eval<string[]>(free, "note")).toEqual([]);
        await until(host, `document.querySelector(".title").value !== ""`, "note");
        await key(host, "o");
        await host.eval(`import("@keystone/sdk/bridge").then(bridge => bridge.query("notes"))`);
        expect((await host.do<unknown[]>("windows")).length).toBe(2);
    });
}, 60_000);

test("a note of 300,000 characters opens, and takes letters", async () => {
    await running(notes(), async (host) => {
        await host.mounted();
        await host.eval(`import("@keystone/sdk/bridge").then(bridge =>
            bridge.invokeBun("notes:create", { text: "Long\\n" + "All work and no play.\\n".repeat(13_700) }))`);
        await until(host, `[...document.querySelectorAll(".option")].some(option => option.textContent.includes("Long"))`);
        await host.eval(`[...document.querySelectorAll(".option")].find(option => option.textContent.includes("Long")).click()`);
        await until(host, `${body}.length > 300_000`);
        await write(host, "OK", 150_000);
        for (;;) if ((await stored(host, "Long")).includes("OK")) break;
    });
}, 60_000);
