// A window's toolbar, as the pointer and the keyboard see it: that of `editor` in Host/Sources/native-fixture.
import { expect, test } from "bun:test";
import { type Host, within } from "./harness";
import { running1 } from "./native-app";

function run(...command: (string | number)[]): string {
    const result = Bun.spawnSync(command.map(String));
    if (result.exitCode !== 0) throw new Error(`${command.join(" ")}: ${result.stderr}`);
    return result.stdout.toString().trim();
}

type Bounds = { x: number; y: number; width: number; height: number };

/** The editor's window, raised, with the keyboard; its height without the toolbar. */
async function openEditor(host: Host): Promise<{ xid: string; inner: number; bounds: Bounds }> {
    await host.mounted();
    await host.eval(`bridge.invoke("native:open", "editor")`);
    await host.mounted("editor");
    const xid = run("xdotool", "search", "--all", "--onlyvisible", "--pid", host.pid, "--name", "^editor$");
    run("xdotool", "windowactivate", "--sync", xid);
    await within(host.eval(`new Promise((done) => document.hasFocus() ? done(1) : addEventListener("focus", done, { once: true }))`, "editor"),
        10_000, () => "the editor's page gets no focus");
    return {
        xid, bounds: await host.do<Bounds>("bounds", { window: "editor" }),
        inner: await host.eval<number>("innerHeight", "editor"),
    };
}

test("a press dispatches the button's action from its window, and leaves the keyboard with the page", async () => {
    await running1(async (host) => {
        const { bounds, inner } = await openEditor(host);
        expect(bounds.height).toBe(300);
        const strip = bounds.height - inner;
        expect(strip).toBeGreaterThan(20);
        expect(strip).toBeLessThan(70);
        // The window's own buttons lie in the strip, not over the page.
        expect(await host.eval<string>(`getComputedStyle(document.documentElement).getPropertyValue("--ks-inset-top").trim()`, "editor"))
            .toBe("0px");
        run("xdotool", "mousemove", bounds.x + 30, bounds.y + Math.round(strip / 2), "click", 1);
        await host.logged(/action editor:save from window:2/);
        expect(await host.eval<boolean>("document.hasFocus()", "editor")).toBe(true);
    });
});

test("F6 leads to the toolbar and back, arrows along it", async () => {
    await running1(async (host) => {
        const { xid } = await openEditor(host);
        await host.eval(`void addEventListener("keydown", (event) => (window.keys ??= []).push(event.key))`, "editor");
        const blurred = host.eval(`new Promise((done) => addEventListener("blur", () => done(1), { once: true }))`, "editor");
        run("xdotool", "key", "F6");
        await within(blurred, 10_000, () => `F6 does not leave the page\n${host.log}`);
        run("xdotool", "key", "space");
        await host.logged(/action editor:save from window:2/);
        run("xdotool", "key", "Right", "Return");
        await host.mounted("other");
        run("xdotool", "windowactivate", "--sync", xid);
        const back = host.eval(`new Promise((done) => addEventListener("focus", () => done(1), { once: true }))`, "editor");
        run("xdotool", "key", "F6");
        await within(back, 10_000, () => "F6 does not lead back to the page");
        run("xdotool", "key", "a");
        await within(host.eval(`new Promise((done) => { const look = () => window.keys?.includes("a") ? done(1) : setTimeout(look, 5); look(); })`, "editor"),
            10_000, () => "the page gets no keys");
        expect(await host.eval<string[]>("window.keys", "editor")).toEqual(["a"]);
    });
});
