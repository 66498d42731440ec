// `keystone types` writes what the Swift handlers take and answer, and the compiler holds `invoke` to it.
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, type Host, root, running, webApp } from "./harness";
import { compile as compilePlugin, install } from "./plugins";

// The app's Swift: Host/Sources/native-fixture. No display is there, and none is needed.
const env = { KEYSTONE_HOST: join(root, "Host/.build/release/native-fixture"), DISPLAY: undefined, WAYLAND_DISPLAY: undefined };
const file = "bun/types/handlers.d.ts";

function nativeApp(): AppDirectory {
    return new AppDirectory({
        "bun/web/app.ts": `export function mount() {}`,
        "bun/tsconfig.json": readFileSync(join(root, "templates/common/bun/tsconfig.json")),
    });
}

const types = (app: AppDirectory, ...args: string[]) => command(["types", app.path, ...args], { env, home: join(app.path, ".home") });

/** What the compiler has against each line of the app's TypeScript, by the line's number from 0. */
async function compile(app: AppDirectory, lines: string[]): Promise<Map<number, string>> {
    app.write("bun/src/calls.ts", lines.join("\n"));
    const child = Bun.spawn(
        [join(root, ".tools/deno"), "check", "--quiet", "--config", join(root, "bun/deno.json"), "src/calls.ts", "types/handlers.d.ts"],
        { cwd: join(app.path, "bun"), env: { ...process.env, NO_COLOR: "1" }, stdout: "ignore", stderr: "pipe" });
    const said = await new Response(child.stderr).text();
    const found = new Map<number, string>();
    let error = "";
    for (const line of said.split("\n")) {
        error += line + "\n";
        const place = line.match(/^ {4}at file:.*\/calls\.ts:(\d+):/);
        if (!place) continue;
        const number = Number(place[1]) - 1;
        found.set(number, (found.get(number) ?? "") + error);
        error = "";
    }
    if (await child.exited !== 0 && found.size === 0) throw new Error(said);
    return found;
}

test("the handlers of an app are written down, and written again only when they change", async () => {
    const app = nativeApp();
    expect(await types(app, "--check")).toMatchObject({ code: 1, err: expect.stringContaining("is out of date; run: keystone types") });
    expect(existsSync(join(app.path, file))).toBe(false);

    const made = await types(app);
    expect(made).toMatchObject({ code: 0, out: expect.stringMatching(/handlers\.d\.ts: \d+ channels\n$/) });
    const text = app.read(file);
    expect(text).toContain(`export interface Item {\n  name: string;\n  count: number;\n  tags?: string[] | null;\n}`);
    for (const line of [
        `"native:action": { args: string; result: undefined };`, `"native:any": { args: unknown; result: unknown };`,
        `"native:double": { args: Item; result: Item };`, `"native:main": { args: undefined; result: number };`,
        `"native:reverse": { args: ArrayBuffer | ArrayBufferView; result: ArrayBuffer };`,
        `"native:slow": { args: undefined; result: undefined };`, `"native:who": { args: unknown; result: string };`,
        `/** Handled by the app, the windows of other, the windows of app, the windows of editor. */\n    "native:own": { args: undefined; result: string };`,
    ]) expect(text).toContain(line);
    expect(text).not.toContain("app:getPath");

    const before = statSync(join(app.path, file)).mtimeMs;
    expect(await types(app)).toMatchObject({ code: 0, out: expect.stringContaining("is up to date") });
    expect(statSync(join(app.path, file)).mtimeMs).toBe(before);
    expect((await types(app, "--check")).code).toBe(0);
    app.write(file, text.replace("count: number", "count: string"));
    expect((await types(app, "--check")).code).toBe(1);
    expect((await types(app)).code).toBe(0);
    expect(app.read(file)).toBe(text);
    app.remove();
});

test("right calls pass the compiler, wrong ones don't, and it says what is wrong", async () => {
    const app = nativeApp();
    const imports = `import { invoke, ipc, type InvokeResult } from "@keystone/sdk/bridge";`;
    app.write(file, "");
    const unchecked = [
        imports, `const item = await invoke("native:double", { name: 1 });`, `item.anything;`,
        `const tick: string = await invoke("native:tick", "no arguments");`, `export { tick };`,
    ];
    expect(await compile(app, unchecked)).toEqual(new Map());

    expect((await types(app)).code).toBe(0);
    const right = `
        const item = await invoke("native:double", { name: "a", count: 1 });
        const words: [string, number, string[] | null | undefined] = [item.name, item.count, item.tags];
        const again: InvokeResult<"native:double"> = await ipc.host.call("native:double", item, { timeout: 100 });
        const ticks: number = await invoke("native:tick");
        const bytes: ArrayBuffer = await invoke("native:reverse", new Uint8Array([1]));
        await invoke("native:any"); await invoke("native:any", [1]);
        const path = await invoke<string>("app:getPath", { name: "documents" });
        const other = await invoke("not:known", { a: 1 }); other.anything;
        const name: string = "native:" + path; const dynamic = await invoke(name); dynamic.anything;
        const known = await invoke<any>("native:double", "I know better"); known.anything;
        const call: (channel: string, args?: unknown) => Promise<unknown> = invoke;
        export { words, again, ticks, bytes, call };`.split("\n");
    const wrong: [string, string][] = [
        [`await invoke("native:double", { name: "a" });`, "Property 'count' is missing in type '{ name: string; }' but required in type 'Item'"],
        [`await invoke("native:double", { name: "a", count: "1" });`, "Type 'string' is not assignable to type 'number'"],
        [`await invoke("native:double", { name: "a", count: 1, colour: "red" });`, "'colour' does not exist in type 'Item'"],
        [`await invoke("native:double");`, "these arguments are not what the channel's Swift handler takes"],
        [`export const text: string = await invoke("native:tick");`, "Type 'number' is not assignable to type 'string'"],
        [`await invoke("native:tick", 1);`, "Argument of type '1' is not assignable to parameter of type 'undefined'"],
        [`await invoke("native:reverse", "abc");`, "is not assignable to parameter of type 'ArrayBuffer | ArrayBufferView"],
        [`(await invoke("native:double", { name: "a", count: 1 })).nmae;`, "Property 'nmae' does not exist on type 'Item'"],
        [`await ipc.host.call("native:action", { name: "go" });`, "is not assignable to parameter of type 'string'"],
    ];
    const found = await compile(app, [imports, ...wrong.map(([call]) => call), ...right]);
    wrong.forEach(([, message], index) => expect(found.get(index + 1)).toContain(message));
    expect([...found.keys()].filter((line) => line > wrong.length).map((line) => found.get(line))).toEqual([]);
    app.remove();
});

test("the documentation's file is what is written, and its page compiles", async () => {
    const app = nativeApp();
    expect((await types(app)).code).toBe(0);
    const documented = join(root, "Tests/Fixtures/docs/native");
    expect(app.read(file)).toBe(readFileSync(join(documented, "handlers.d.ts"), "utf8"));
    expect(await compile(app, readFileSync(join(documented, "largest.ts"), "utf8").split("\n"))).toEqual(new Map());
    app.remove();
});

test("what is in the way is said, and nothing is changed", async () => {
    const app = nativeApp();
    app.write(file, "export type Mine = 1;\n");
    expect(await types(app)).toMatchObject({ code: 1, err: expect.stringContaining("was not made by keystone types") });
    expect(app.read(file)).toBe("export type Mine = 1;\n");
    expect(await types(app, "--out", join(app.path, "elsewhere/mine.d.ts"))).toMatchObject({ code: 0 });
    expect(app.read("elsewhere/mine.d.ts")).toContain("native:double");
    expect(await types(app, "--out", "mine.js")).toMatchObject({ code: 2, err: expect.stringContaining("expected a file with the extension .d.ts") });
    expect(await types(app, "--timeout", "0")).toMatchObject({ code: 2 });
    mkdirSync(join(app.path, "full.d.ts"));
    expect(await types(app, "--out", join(app.path, "full.d.ts"))).toMatchObject({ code: 2 });
    expect(await types(app, "--out", "/proc/none/mine.d.ts")).toMatchObject({ code: 1, err: expect.stringContaining("the types can't be written") });
    app.remove();
});

test("an app without Swift of its own has no handlers to write down", async () => {
    const app = webApp();
    expect(await command(["types", app.path], { env: { DISPLAY: undefined } })).toMatchObject({ code: 0, out: expect.stringContaining("0 channels") });
    expect(app.read(file)).toContain("interface InvokeHandlers {\n  }");
    app.remove();
});

/** A plugin with a handler `typed:get` whose answer has these members. */
const typed = (members: string, values: string, more = "") => compilePlugin("Typed", `import Keystone

struct Thing: Codable, Sendable { ${members} }

final class Typed: ServicePlugin {
    let serviceName = "typed"

    func initialize(_ context: CoreContext) async throws {
        context.handle("typed:get") { (name: String) in Thing(${values}) }
        ${more}
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Typed() } }
`);

const one = () => typed("var name: String", "name: name");
const two = () => typed("var name: String; var count: Int", "name: name, count: 1");

async function reloaded(host: Host, body: () => void, what = "reloaded"): Promise<void> {
    const from = host.events.length;
    body();
    await host.event("plugin", (event) => event.what === what, from);
}

test("in development the file follows the plugins as they are reloaded, and says what the command would", async () => {
    const app = webApp();
    install(app, one());
    const home = join(app.path, ".home");
    expect(await command(["types", app.path], { home })).toMatchObject({ code: 0 });
    expect(app.read(file)).toContain("export interface Thing {\n  name: string;\n}");
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/debug \[host\] bun\/types\/handlers\.d\.ts: 1 channel, up to date/);
        await reloaded(host, () => install(app, two()));
        await host.logged(/info \[host\] bun\/types\/handlers\.d\.ts: 1 channel, written anew/);
        const text = app.read(file);
        expect(text).toContain("export interface Thing {\n  name: string;\n  count: number;\n}");
        expect(await command(["types", app.path, "--check"], { home })).toMatchObject({ code: 0 });

        // The same handlers.
        const { mtimeMs } = statSync(join(app.path, file));
        await reloaded(host, () => install(app, typed("var name: String; var count: Int", "name: name, count: 2")));
        await host.logged(/(1 channel, up to date[^]*){2}/);
        expect(statSync(join(app.path, file)).mtimeMs).toBe(mtimeMs);

        // While something is wrong, handlers may be missing.
        await reloaded(host, () => app.write("dylib/libOther.so", "not yet"), "refused");
        await reloaded(host, () => install(app, one()));
        await host.logged(/handlers\.d\.ts stays as it is: something is wrong with the app's Swift/);
        expect(app.read(file)).toBe(text);
        rmSync(join(app.path, "dylib/libOther.so"));
        await host.logged(/(1 channel, written anew[^]*){2}/);
        expect(app.read(file)).not.toContain("count");

        // One that is another's, and none.
        app.write(file, "export type Mine = 1;\n");
        await reloaded(host, () => install(app, two()));
        await host.logged(/handlers\.d\.ts was not made by keystone types, and stays as it is/);
        expect(app.read(file)).toBe("export type Mine = 1;\n");
        rmSync(join(app.path, file));
        await reloaded(host, () => install(app, one()));
        await reloaded(host, () => install(app, two()));
        expect(existsSync(join(app.path, file))).toBe(false);
    }, { KEYSTONE_LOG_LEVEL: "debug" });
}, 120_000);

test("handlers that windows get as they open are known when all are open", async () => {
    const windows = [{ component: "app" }, { component: "other", spawn: false }];
    const app = webApp({ "bun/web/other.ts": `export function mount() {}` }, { windows });
    const own = `await MainActor.run { context.onWindowCreated { window in window.handle("typed:own") { () -> Int in 1 } } }`;
    install(app, typed("var name: String", "name: name", own));
    const home = join(app.path, ".home");
    expect(await command(["types", app.path], { home })).toMatchObject({ code: 0 });
    const text = app.read(file);
    expect(text).toContain("/** Handled by the windows of app, the windows of other. */");
    app.write(file, text.replace("name: string", "name: number"));
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/info \[host\] bun\/types\/handlers\.d\.ts stays as it is: .* and other isn't open; run keystone types/);
        await host.do("open", { component: "other" });
        await reloaded(host, () => install(app, typed("var name: String", "name: name + name", own)));
        await host.logged(/handlers\.d\.ts: 2 channels, written anew/);
        expect(app.read(file)).toBe(text);
    });
}, 60_000);
