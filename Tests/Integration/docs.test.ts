// Runs the app whose code the documentation shows.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { AppDirectory, command, root, running, type Host } from "./harness";

const fixture = () => new AppDirectory({}, "Tests/Fixtures/docs");
const until = (host: Host, expression: string, window?: string) =>
    host.eval(`new Promise(done => { const look = () => (${expression}) ? done(true) : setTimeout(look, 5); look(); })`, window);

test("the counter counts, in every window, and remembers", async () => {
    await running(fixture(), async (host) => {
        await host.mounted();
        await until(host, `document.querySelector("output").textContent === "0"`);
        await host.eval(`document.querySelector("button").click()`);
        await until(host, `document.querySelector("output").textContent === "1"`);
        await host.do("addSlot", { key: "calls", component: "calls", frame: { x: 0, y: 300, width: 10, height: 10 } });
        await host.mounted("calls");

        const opened = await host.eval<{ id: string; width: number; maximized: boolean }>("windows()");
        expect(opened.maximized).toBe(false);
        await host.mounted("panel");
        await until(host, `document.querySelector("h1").textContent === "1"`, "panel");
        await host.eval(`document.querySelector("button").click()`);
        await until(host, `document.querySelector("h1").textContent === "2"`, "panel");
    });
});

test("the calls of the documentation do what it says", async () => {
    await running(fixture(), async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "calls", component: "calls", frame: { x: 0, y: 300, width: 10, height: 10 } });
        await host.mounted("calls");
        const answers = await host.eval<{ documents: string; value: number; title: string }>("calls(new AbortController().signal)");
        expect(answers.documents).toStartWith("/");
        expect(answers.value).toBe(2);
        expect(answers.title).toBe("Book 7");

        await host.do("addSlot", { key: "chart", component: "chart", frame: { x: 0, y: 200, width: 50, height: 50 } });
        await host.mounted("chart");
        await until(host, `document.querySelector("img").naturalWidth === 24`);

        await host.do("addSlot", { key: "primes", component: "primes", frame: { x: 0, y: 250, width: 50, height: 50 } });
        await host.mounted("primes");
        await until(host, `document.body.textContent.includes("78498 primes")`);

        const inPage = `import("@keystone/sdk/bridge")`;
        expect(await host.eval<unknown>(`${inPage}.then(b => b.query("greeter", { name: "you" }))`)).toBe("Hello you");
        expect(await host.eval<unknown>(`${inPage}.then(b => b.invokeBun("app:isDevelopment"))`)).toBe(true);
        expect(await host.eval<string>(`${inPage}.then(b => b.query("clock"))`)).toMatch(/^\d{4}-/);
        await host.logged(/action archive:clear/);
        expect(await host.eval<number>(`${inPage}.then(async b => {
            await b.invokeBun("download:step", { percent: 40 });
            return await new Promise(done => b.subscribe("download:progress", done));
        })`)).toBe(40);
    });
});

test("the streams of the documentation carry what is written", async () => {
    await running(fixture(), async (host) => {
        await host.mounted();
        await host.do("addSlot", { key: "streams", component: "streams", frame: { x: 0, y: 300, width: 10, height: 10 } });
        await host.mounted("streams");
        const wanted = new Bun.CryptoHasher("sha256").update("x".repeat(3_000_000)).digest("hex");
        expect(await host.eval<string>(`checksum(new Blob(["x".repeat(3_000_000)]))`)).toMatch(new RegExp(`^window:\\S+ ${wanted}$`));
        expect(await host.eval<string>("misspelt()")).toBe("NO_HANDLER");
    });
});

test("the workers of the documentation do what it says", async () => {
    const app = fixture();
    // The sandbox has tests of its own, and is not to be had everywhere.
    const config = (await workersConfig()).replace(`"isExtensionHost": true`, `"isExtensionHost": true, "sandbox": false`);
    app.write("keystone.json", config);
    await running(app, async (host) => {
        await host.mounted();
        for (const worker of ["data-processor", "collector", "extensions"]) {
            await host.event("worker", (event) => event.worker === worker && event.state === "running");
        }
        const inPage = `import("@keystone/sdk/bridge")`;
        await host.eval(`${inPage}.then(b => { window.heard = []; for (const c of ["dispatcher:queued", "ext:alert", "prices:btc"]) b.subscribe(c, d => heard.push([c, d])) })`);
        expect(await host.eval<number>(`${inPage}.then(b => b.query("dispatcher", [1, 2, 3]))`)).toBe(6);
        await host.eval(`${inPage}.then(b => b.invokeBun("dispatcher:enqueue", "clean up"))`);
        await until(host, `heard.length === 1`);
        const ask = (worker: string, service: string, args: unknown) => host.do("queryWorker", { worker, service, args });
        expect(await ask("collector", "collector", [4, 5])).toMatchObject({ answer: { sum: 9 } });
        expect(await ask("collector", "collector", [1])).toMatchObject({ last: { sum: expect.any(Number) } });
        expect(await ask("extensions", "custom-alerts", 200)).toBe(true);
        await until(host, `heard.length === 2`);
        expect(await host.eval("heard")).toEqual([["dispatcher:queued", "clean up"], ["ext:alert", { price: 200 }]]);
    });
});

const workersConfig = () => Bun.file(join(root, "Tests/Fixtures/docs/workers.json")).text();

test("the configurations of the documentation have no errors", async () => {
    const app = fixture();
    for (const file of ["keystone.json", "locked-down.json", "signed.json", "workers.json"]) {
        app.write("keystone.json", await Bun.file(join(root, "Tests/Fixtures/docs", file)).text());
        const result = await command(["check", app.path]);
        expect({ code: result.code, err: result.err }).toEqual({ code: 0, err: "" });
    }
    app.remove();
});

test("the reference has every key of keystone.json", async () => {
    const reference = await Bun.file(join(root, "docs/reference/configuration.md")).text();
    const app = fixture();
    app.write("keystone.json", await Bun.file(join(root, "Tests/Fixtures/spec-config/full.jsonc")).text());
    const result = await command(["check", app.path, "--print"]);
    app.remove();
    const keys = result.out.split("\n").map((line) => line.match(/^[\w.[\]]+/)?.[0]).filter((key) => key !== undefined);
    expect(keys.length).toBeGreaterThan(60);
    // The names of menus are the app's own.
    const names = keys.filter((key) => !key.startsWith("menus.")).flatMap((key) => key.replace(/\[\d+\]/g, "").split("."));
    const missing = [...new Set(names)].filter((name) => !new RegExp(`\\b${name}\\b`).test(reference));
    expect(missing).toEqual([]);
});
