// `keystone types` writes what the Swift handlers take and answer, and the compiler holds `invoke` to it.
import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command, root, webApp } from "./harness";

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
