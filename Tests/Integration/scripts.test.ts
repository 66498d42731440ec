// Scripts: Swift files that are compiled on save, loaded, reloaded and unloaded while an app runs.
import { expect, test } from "bun:test";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, running, type Environment, type Host } from "./harness";

const fixture = (files: Record<string, string> = {}) => new AppDirectory(files, "Tests/Fixtures/scripts");
const script = (body: string) =>
    `import Keystone\n\n@MainActor func run(_ context: CoreContext) async throws {\n${body}\n}\n`;
const answering = (channel: string, text: string) => script(`    context.handle("${channel}") { () -> String in "${text}" }`);
const hello = (host: Host) => host.eval<string>(`hello("Ada")`);
/** Answers of a channel until one is as expected: a reload is under way. */
const until = (host: Host, channel: string, expected: string) => host.eval(`(async () => {
    const { invoke } = await import("@keystone/sdk/bridge");
    for (;;) {
        const answer = await invoke(${JSON.stringify(channel)}).catch((error) => error.code);
        if (answer === ${JSON.stringify(expected)}) return;
        await new Promise((done) => setTimeout(done, 20));
    }
})()`);
const overlay = `(document.querySelector("[data-keystone-overlay]")?.shadowRoot?.textContent ?? "")`;
const shows = (host: Host, text: string) => host.eval(`new Promise((done) => {
    const look = () => ${overlay}.includes(${JSON.stringify(text)}) ? done(true) : setTimeout(look, 20); look();
})`);

test("a script answers; saved, the new version takes its place and the old one has ended", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted();
        expect(await hello(host)).toBe("Hello Ada, number 1");
        expect(await hello(host)).toBe("Hello Ada, number 2");
        await host.eval(`new Promise((done) => { const look = () => ticks.includes(2) ? done() : setTimeout(look, 20); look(); })`);
        // The new version has no such handler: that of the old one is gone with it.
        app.write("scripts/greeting.swift", answering("script:other", "new"));
        await until(host, "script:other", "new");
        await until(host, "script:hello", "NO_HANDLER");
        app.write("scripts/greeting.swift", answering("script:other", "newest"));
        await until(host, "script:other", "newest");
    });
});

test("one that is dropped in runs, one that is deleted is unloaded", async () => {
    const app = fixture();
    await running(app, async (host) => {
        await host.mounted();
        app.write("scripts/dropped.swift", answering("dropped:in", "here"));
        await until(host, "dropped:in", "here");
        rmSync(join(app.path, "scripts/dropped.swift"));
        await until(host, "dropped:in", "NO_HANDLER");
        expect(await hello(host)).toBe("Hello Ada, number 1");
        expect(existsSync(join(app.path, ".keystone/scripts/libdropped.so"))).toBe(false);
    });
});

test("what does not compile, and what throws at its start, leaves the old version in service", async () => {
    const app = fixture();
    const good = app.read("scripts/greeting.swift");
    await running(app, async (host) => {
        await host.mounted();
        app.write("scripts/greeting.swift", good.replace("greetings += 1", `greetings += "one"`));
        await shows(host, "greeting.swift:8");
        await host.logged(/scripts\/greeting\.swift:8:\d+: error: /);
        expect(await hello(host)).toBe("Hello Ada, number 1");
        app.write("scripts/greeting.swift", script(`    struct Refused: Error {}\n    throw Refused()`));
        await host.logged(/Refused/);
        expect(await hello(host)).toBe("Hello Ada, number 2");
        app.write("scripts/greeting.swift", good.replace("Hello ", "Good day "));
        await host.eval(`new Promise((done) => {
            const look = async () => (await hello("Ada")) === "Good day Ada, number 1" ? done() : setTimeout(look, 20); void look();
        })`);
        expect(await host.eval<string>(overlay)).toBe("");
    });
});

test("the directory is made where it is missing, and a first script in it is found", async () => {
    const app = fixture();
    rmSync(join(app.path, "scripts"), { recursive: true });
    await running(app, async (host) => {
        await host.mounted();
        expect(existsSync(join(app.path, "scripts"))).toBe(true);
        app.write("scripts/first.swift", answering("first:one", "found"));
        await until(host, "first:one", "found");
    });
});

test("autoCreateDir: false makes none, and one that is made later is found", async () => {
    const app = fixture();
    app.write("keystone.json", app.read("keystone.json").replace(`"scripts" }`, `"scripts", "autoCreateDir": false }`));
    rmSync(join(app.path, "scripts"), { recursive: true });
    await running(app, async (host) => {
        await host.mounted();
        expect(existsSync(join(app.path, "scripts"))).toBe(false);
        app.write("scripts/first.swift", answering("first:one", "found"));
        await until(host, "first:one", "found");
    });
});

test("packaged, what was built is loaded, and nothing is compiled", async () => {
    const app = fixture();
    const built = await command(["build", app.path]);
    expect(built.code).toBe(0);
    app.write("scripts/greeting.swift", "this is no Swift");
    const packaged: Environment = { KEYSTONE_MODE: "packaged", SWIFTC: "/nowhere/swiftc" };
    await running(app, async (host) => {
        await host.mounted();
        expect(await hello(host)).toBe("Hello Ada, number 1");
        app.write("scripts/greeting.swift", answering("script:other", "new"));
        expect(await host.eval(`hello("Ada")`)).toBe("Hello Ada, number 2");
        expect(host.log).not.toContain("compiled");
    }, packaged);
});
