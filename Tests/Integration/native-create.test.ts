// What `keystone create --native` and `keystone add` make compiles without a warning, and runs.
import { expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, running } from "./harness";

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
