import { describe, expect, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, webApp } from "./harness";

describe("keystone create and run", () => {
    test("a created app mounts and evaluates", async () => {
        const parent = new AppDirectory();
        const created = await command(["create", "my-app"], { cwd: parent.path });
        expect(created.err).toBe("");
        expect(created.code).toBe(0);
        const result = await command(["run", "my-app", "--eval", "document.querySelectorAll('h1').length"], { cwd: parent.path });
        expect(result.out).toBe("1\n");
        expect(result.code).toBe(0);
        parent.remove();
    }, 60_000);

    test("--screenshot captures every window", async () => {
        const app = webApp({ "bun/web/two.ts": "export function mount(r: HTMLElement) { r.textContent = 'two'; }" }, {
            windows: [{ component: "app" }, { component: "two", width: 300, height: 200 }],
        });
        const file = join(app.path, "shot.png");
        const result = await command(["run", app.path, "--screenshot", file]);
        expect(result.code).toBe(0);
        expect(result.out).toBe(`${file}\n${join(app.path, "shot-2.png")}\n`);
        for (const name of ["shot.png", "shot-2.png"]) {
            expect(readFileSync(join(app.path, name)).subarray(1, 4).toString()).toBe("PNG");
        }
        app.remove();
    });

    test("--eval awaits promises and chooses the window by component", async () => {
        const app = webApp({ "bun/web/two.ts": "export function mount(r: HTMLElement) { r.textContent = 'two'; }" }, {
            windows: [{ component: "app" }, { component: "two" }],
        });
        const result = await command(["run", app.path, "--window", "two", "--eval",
            "new Promise(done => setTimeout(() => done({ text: document.body.innerText.trim() }), 20))"]);
        expect(result.out).toBe('{"text":"two"}\n');
        expect(result.code).toBe(0);
        app.remove();
    });

    test("a script error prints and exits 1", async () => {
        const app = webApp();
        const result = await command(["run", app.path, "--eval", "nothing.there"]);
        expect(result.code).toBe(1);
        expect(result.out).toBe("");
        expect(result.err).toContain("nothing");
        app.remove();
    });

    test("an expression that never ends exits 124 with the reason", async () => {
        const app = webApp();
        const result = await command(["run", app.path, "--timeout", "3", "--eval", "new Promise(() => {})"]);
        expect(result.code).toBe(124);
        expect(result.err).toContain("timed out after 3");
        app.remove();
    });

    test("a broken configuration is refused with every error at once", async () => {
        const app = webApp({ "keystone.json": `{ "name": "", "id": "x y", "windows": [{ "width": -1 }], }` });
        const result = await command(["run", app.path, "--eval", "1"]);
        expect(result.code).toBe(1);
        for (const key of ["name", "id", "windows[0].component", "windows[0].width"]) expect(result.err).toContain(key);
        expect(existsSync(join(app.path, "bun/node_modules"))).toBe(false);
        app.remove();
    });
});
