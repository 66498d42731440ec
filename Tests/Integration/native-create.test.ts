// What `keystone create --native` and `keystone add` make: compiles without a warning, runs, and follows its sources.
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, running, type Host } from "./harness";

async function keystone(...args: string[]): Promise<string> {
    const { code, out, err } = await command(args);
    if (code !== 0) throw new Error(err);
    return out + err;
}

async function nativeApp(): Promise<AppDirectory> {
    const app = new AppDirectory();
    await keystone("create", app.path, "--native", "--name", "New app");
    return app;
}

const until = (host: Host, expression: string) =>
    host.eval(`new Promise((done) => { const look = () => (${expression}) ? done(true) : setTimeout(look, 20); look(); })`);

test("every kind of plugin compiles without a warning, and so does the new app", async () => {
    const app = await nativeApp();
    try {
        for (const kind of ["service", "logic", "library", "window"]) await keystone("add", "plugin", `my-${kind}`, app.path, "--kind", kind);
        const printed = await keystone("build", "--plugins", app.path);
        expect(printed).not.toMatch(/warning|error/);
        expect(readdirSync(join(app.path, "dylib")).sort()).toEqual([
            "libApp.so", "libMyLibrary.so", "libMyLogic.so", "libMyService.so", "libMyWindow.so", "libSystemLoad.so",
        ]);
        const other = new AppDirectory({ "keystone.json": `{ "name": "T", "id": "a.b.c" }` });
        await keystone("add", "plugin", "own", other.path, "--kind", "core");
        expect(await keystone("build", "--plugins", other.path)).not.toMatch(/warning|error/);
        other.remove();
    } finally {
        app.remove();
    }
});

test("services, workers, windows and components that were added run", async () => {
    const app = new AppDirectory();
    await keystone("create", app.path);
    await keystone("add", "service", "notes", app.path);
    await keystone("add", "worker", "squares", app.path);
    await keystone("add", "window", "my-panel", app.path);
    expect(await keystone("check", app.path)).toContain("no errors");
    await running(app, async (host) => {
        await host.mounted();
        await host.mounted("my-panel");
        expect(await host.eval(`document.querySelector("h1").textContent`, "my-panel")).toBe("My Panel");
        expect(await host.eval(`import("@keystone/sdk/bridge").then((sdk) => sdk.invokeBun("notes:hello", { name: "Ada" }))`))
            .toBe("Hello, Ada!");
        await host.logged(/squares/);
    });
});

test("the new app's page is answered by its core and hears of its plugin, whose new version takes over when saved", async () => {
    const app = await nativeApp();
    await running(app, async (host) => {
        await host.mounted();
        await host.eval(`document.querySelector("input").value = "Ada"`);
        await host.eval(`document.querySelector("form").requestSubmit()`);
        await until(host, `document.querySelector("output").textContent === "Hello, Ada! This is Swift."`);
        await until(host, `/^Load of this machine: \\d+\\.\\d\\d$/.test(document.querySelector("footer").textContent)`);
        const source = app.read("plugins/SystemLoad.swift");
        app.write("plugins/SystemLoad.swift", source.replace("oneMinute: averages[0]", "oneMinute: 12_345"));
        await until(host, `document.querySelector("footer").textContent === "Load of this machine: 12345.00"`);
    });
});
