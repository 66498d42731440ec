// An app that is a program of its own, built by Swift's package manager: Examples/hello-swift, copied to a directory of its
// own. It shares the build directory of the host's package, which has the library already.
import { expect, test } from "bun:test";
import { join } from "node:path";
import { AppDirectory, command, Host, isAlive, root } from "./harness";

const scratch = join(root, "Host/.build");
const build = { KEYSTONE_SWIFT_BUILD_OPTIONS: `-c release --scratch-path ${scratch}` };

function copied(): AppDirectory {
    const app = new AppDirectory({}, "Examples/hello-swift");
    app.write("Package.swift", app.read("Package.swift").replace(`path: "../.."`, `path: ${JSON.stringify(root)}`));
    return app;
}

test("keystone run builds the program and becomes it; it needs no keystone.json", async () => {
    const app = copied();
    const host = new Host(app, build);
    try {
        await host.event("mounted", () => true, 0, 240_000);
        const title = () => host.eval<string>(`new Promise((done) => { const look = () => {
            const text = document.querySelector("h1").textContent; text === "…" ? setTimeout(look, 5) : done(text); }; look(); })`);
        expect(await title()).toBe("Hello, world! (1)");
        await host.eval(`document.querySelector("button").click()`);
        await host.eval(`new Promise((done) => { const look = () => document.querySelector("h1").textContent.includes("(2)") ? done(1) : setTimeout(look, 5); look(); })`);
        expect(await host.quit()).toBe(0);
    } finally {
        if (isAlive(host.pid)) host.kill("SIGKILL");
        app.remove();
    }
}, 300_000);

test("the program by itself links the SDK, prints its configuration, and names what is missing", async () => {
    const app = copied();
    const program = join(scratch, "release/hello-swift");
    const run = (args: string[], env: Record<string, string> = {}) => {
        const result = Bun.spawnSync([program, ...args], {
            cwd: app.path, env: { ...process.env, HOME: app.path, XDG_DATA_HOME: join(app.path, ".data"), XDG_CACHE_HOME: join(app.path, ".cache"), XDG_STATE_HOME: join(app.path, ".state"), ...env },
        });
        return { code: result.exitCode, out: result.stdout.toString(), err: result.stderr.toString() };
    };
    try {
        const printed = run(["--print-config"], { KEYSTONE_RENDERING: "software" });
        expect(printed.code).toBe(0);
        const lines = printed.out.split("\n").map((line) => line.split(/\s{2,}/).join(" "));
        expect(lines).toContain(`name "Hello Swift" # KeystoneApp`);
        expect(lines).toContain(`windows[0].width 520 # KeystoneApp`);
        expect(lines).toContain(`windows[0].spawn true # default`);
        expect(lines).toContain(`rendering "software" # environment KEYSTONE_RENDERING`);
        expect((await command(["check", "--print", app.path], { env: build })).out).toContain(`"Hello Swift"`);

        const evaluated = run(["--eval", "document.querySelector('button').textContent"]);
        expect(evaluated.err).not.toContain("error");
        expect(evaluated.out.trim()).toBe(`"Greet again"`);
        expect(app.read("bun/node_modules/@keystone/sdk/package.json")).toContain(`"@keystone/sdk"`);

        const lost = run([], { KEYSTONE_ENGINE: app.path });
        expect(lost.code).toBe(1);
        expect(lost.err).toContain("there is no " + join(app.path, "bun/host.ts"));
        app.write("engine/bun/host.ts", "");
        const unbuilt = run([], { KEYSTONE_ENGINE: join(app.path, "engine") });
        expect(unbuilt.code).toBe(1);
        expect(unbuilt.err).toContain("bun/dist/host.html");
        expect(unbuilt.err).toContain("./keystone doctor");
    } finally {
        app.remove();
    }
}, 300_000);
