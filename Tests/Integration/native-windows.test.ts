// The specification's mixed app: web windows, native windows and a service, all from the builder. Host/Sources/trading-fixture.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { AppDirectory, root, running } from "./harness";

const page = `import { invoke } from "@keystone/sdk/bridge";
export function mount(root: HTMLElement) { root.textContent = "page"; Object.assign(window, { invoke }); }`;

test("web windows, native windows and services of one builder run together", async () => {
    const app = new AppDirectory({ "bun/web/dashboard.ts": page, "bun/web/settings.ts": page });
    await running(app, async (host) => {
        await host.mounted("dashboard");
        expect(await host.eval<number>(`invoke("market:price", "KEY")`, "dashboard")).toBe(42.5);
        await host.logged(/chart in window \d+/);
        await host.logged(/order book of depth 10/);
        const opened = host.events.filter(({ event }) => event === "window-opened").map(({ component }) => component);
        expect(opened).toEqual(["dashboard", "chart", "order-book"]);
        const { width, height } = await host.do<{ width: number; height: number }>("bounds", { window: "chart" });
        expect([width, height]).toEqual([500, 400]);
        await host.eval(`invoke("window:open", { component: "settings" })`, "dashboard");
        await host.mounted("settings");
        expect(await host.eval<string>(`invoke("window:getTitle")`, "settings")).toBe("Settings");
    }, { KEYSTONE_HOST: join(root, "Host/.build/release/trading-fixture") });
});
