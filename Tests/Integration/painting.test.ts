// What is on the screen is what the page shows, and nothing of what it showed before.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { running, webApp } from "./harness";

test("what a component takes away or moves leaves nothing behind", async () => {
    const app = webApp({
        "bun/web/app.ts": `export function mount(root: HTMLElement) {
            root.innerHTML = '<p id="square" style="position: absolute; left: 50px; top: 60px; width: 80px; height: 80px; background: #000; margin: 0"></p>';
        }`,
    }, { windows: [{ component: "app", width: 300, height: 300 }] });
    await running(app, async (host) => {
        await host.mounted();
        const file = join(app.path, "shot.png");
        /** Whether the points at these heights are black. */
        const black = async (...heights: number[]): Promise<boolean[]> => {
            await host.eval(`new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 0, true))))`);
            await host.do("screenshot", { file });
            return heights.map((y) => {
                return Bun.spawnSync(["convert", file, "-depth", "8", "-format", `%[fx:p{90,${y}}.intensity<0.1]`, "info:"]).stdout.toString() === "1";
            });
        };
        expect(await black(100, 220)).toEqual([true, false]);
        await host.eval(`document.querySelector("#square").style.top = "180px", 1`);
        expect(await black(100, 220)).toEqual([false, true]);
        await host.do("removeSlot", { key: "app" });
        expect(await black(100, 220)).toEqual([false, false]);
    });
});
