// One path for the actions of pages, and one check on it, with Bun and without.
import { expect, test } from "bun:test";
import { running, webApp, type Host } from "./harness";

const page = `import { action, invoke, query } from "@keystone/sdk/bridge";
export function mount(root) { root.textContent = "page"; Object.assign(window, { action, invoke, query }); }`;
const recorder = `const heard = []; export const onAction = (action, info) => { heard.push(action + " of " + info.source); }; export const query = () => heard;`;
const direct = (host: Host, action: string) =>
    host.eval<string>(`invoke("host:action", { action: ${JSON.stringify(action)} }).then(() => "sent", error => error.code)`);

test("with Bun, an action reaches services and the host once, and no page gets past the check by asking the host itself", async () => {
    const app = webApp({
        "bun/web/app.ts": page, "bun/services/recorder.ts": recorder,
        "bun/keystone.config.ts": `export default { security: { mode: "allowlist", allowedActions: ["my:*", "window:open:*"] } };`,
    });
    await running(app, async (host) => {
        await host.mounted();
        for (const action of ["secret", "my:save", "app:quit", "my:last"]) {
            expect(await direct(host, action)).toBe("FORBIDDEN");
            await host.eval(`action(${JSON.stringify(action)})`);
        }
        await host.eval(`(async () => { while ((await query("recorder")).length < 2); })()`);
        const id = await host.eval<string>("window.__keystone.windowId");
        expect(await host.eval<unknown>(`query("recorder")`)).toEqual([`my:save of window:${id}`, `my:last of window:${id}`]);
        await host.logged(/action "secret" of window:\S+ was dropped/);
        await host.do("action", { action: "from:host" });
        await host.eval(`(async () => { while (!(await query("recorder")).includes("from:host of host")); })()`);
        expect(await host.eval<number>(`query("recorder").then(heard => heard.length)`)).toBe(3);
    });
});

const withoutBun = (resolved?: unknown) => webApp({
    "bun/web/app.js": page, ...(resolved === undefined ? {} : { "bun/keystone.resolved.json": JSON.stringify(resolved) }),
}, { bun: { enabled: false } });
const listed = { security: { mode: "allowlist", allowedActions: ["my:*"] } };
const packaged = { KEYSTONE_MODE: "packaged" };

for (const [what, resolved, env, passing] of [
    ["in development", undefined, {}, ["secret", "my:save"]],
    ["packaged", undefined, packaged, []],
    ["packaged with a list", listed, packaged, ["my:save"]],
    ["in development with a list", listed, {}, ["my:save"]],
    ["packaged and open", { security: { mode: "open" } }, packaged, ["secret", "my:save"]],
] as const) {
    test(`without Bun, ${what}, ${passing.length} of 2 actions pass`, async () => {
        await running(withoutBun(resolved), async (host) => {
            await host.mounted();
            const answers = [await direct(host, "secret"), await direct(host, "my:save")];
            const passed = ["secret", "my:save"].filter((_, index) => answers[index] === "sent");
            expect(passed).toEqual([...passing]);
            expect(answers.filter((answer) => answer !== "sent" && answer !== "FORBIDDEN")).toEqual([]);
        }, env);
    });
}

test("without Bun, a list that can't be read lets nothing pass, and is told", async () => {
    const app = withoutBun();
    app.write("bun/keystone.resolved.json", "{ not json");
    await running(app, async (host) => {
        await host.mounted();
        expect(await direct(host, "my:save")).toBe("FORBIDDEN");
        await host.logged(/keystone\.resolved\.json can't be read, so pages may send no actions/);
    });
});
