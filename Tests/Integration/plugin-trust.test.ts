// Who may bring code into the app: signatures, permissions and links, with the real host.
import { expect, test } from "bun:test";
import { appendFileSync, chmodSync, chownSync, copyFileSync, mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type AppDirectory, command, type Host, running, webApp } from "./harness";
import { compile, install, type Plugin } from "./plugins";

const page = `
import * as bridge from "@keystone/sdk/bridge";
const failure = (error: any) => ({ code: error.code, message: error.message });
export function mount() { Object.assign(window, { bridge, failure }); }`;

/** Answers `NAME:version`. */
const source = (name: string, version: number) => `import Keystone

final class Answer: ServicePlugin {
    let serviceName = "${name}"
    func initialize(_ context: CoreContext) async throws { context.handle("${name}:version") { ${version} } }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Answer() } }
`;

const plugin = (name: string, version = 1): Plugin => compile(name, source(name, version));

const app = (plugins: Record<string, unknown>) => webApp({ "bun/web/app.ts": page }, { plugins });
const ask = (host: Host, name: string) =>
    host.eval<any>(`bridge.invoke("${name}:version").catch((error) => error.code)`);
const refused = (host: Host, name: string, from = 0) =>
    host.event("plugin", (event) => event.what === "refused" && event.name === name, from);

/** A key beside the app: its file and its public half. */
async function makeKey(directory: AppDirectory, name: string): Promise<{ file: string; text: string }> {
    const file = join(directory.path, name);
    const made = await command(["sign", "--new-key", file]);
    expect({ code: made.code, err: made.code === 0 ? "" : made.err }).toEqual({ code: 0, err: "" });
    return { file, text: made.out.trim() };
}

async function sign(path: string, key: { file: string }): Promise<void> {
    const signed = await command(["sign", "--key", key.file, path]);
    expect({ code: signed.code, err: signed.code === 0 ? "" : signed.err }).toEqual({ code: 0, err: "" });
}

const library = (directory: AppDirectory, name: string, place = "dylib") => join(directory.path, place, `lib${name}.so`);

/** The app's configuration with these keys. */
function configure(directory: AppDirectory, plugins: Record<string, unknown>): void {
    const config = JSON.parse(directory.read("keystone.json"));
    directory.write("keystone.json", JSON.stringify({ ...config, plugins }));
}

test("with keys, only what one of them signed is loaded, at the start and at a reload", async () => {
    const directory = app({});
    const [key, stranger] = [await makeKey(directory, "key"), await makeKey(directory, "stranger")];
    configure(directory, { publicKeys: [key.text] });
    for (const name of ["Good", "Unsigned", "Foreign", "Tampered", "Renamed"]) install(directory, plugin(name));
    for (const name of ["Good", "Tampered"]) await sign(library(directory, name), key);
    await sign(library(directory, "Foreign"), stranger);
    copyFileSync(library(directory, "Good") + ".sig", library(directory, "Renamed") + ".sig");
    appendFileSync(library(directory, "Tampered"), "\0");
    await running(directory, async (host) => {
        await host.mounted();
        expect(await ask(host, "Good")).toBe(1);
        for (const [name, words] of [
            ["Unsigned", "there is no signature"], ["Foreign", "not in plugins.publicKeys"],
            ["Tampered", "its signature does not fit"], ["Renamed", "its signature does not fit"],
        ]) {
            const event = await refused(host, name);
            expect([event.code, event.olderInService]).toEqual(["untrusted", false]);
            expect(event.message).toContain(words);
            expect(await ask(host, name)).toBe("NO_HANDLER");
        }
        // A new version under the old signature, then one of a stranger: the old version stays.
        let seen = host.events.length;
        install(directory, plugin("Good", 2));
        expect(await refused(host, "Good", seen)).toMatchObject({ code: "untrusted", olderInService: true });
        expect(await ask(host, "Good")).toBe(1);
        seen = host.events.length;
        await sign(library(directory, "Good"), stranger);
        expect(await refused(host, "Good", seen)).toMatchObject({ code: "untrusted", olderInService: true });
        expect(await ask(host, "Good")).toBe(1);
        seen = host.events.length;
        await sign(library(directory, "Good"), key);
        await host.event("plugin", (event) => event.what === "reloaded", seen);
        expect(await ask(host, "Good")).toBe(2);
    });
}, 120_000);

test("libraries that others could have changed, and links that lead out, are not loaded", async () => {
    const directory = app({});
    for (const name of ["Fine", "Open", "Group", "Linked"]) install(directory, plugin(name));
    chmodSync(library(directory, "Open"), 0o757);
    const isRoot = process.getuid?.() === 0;
    if (isRoot) {
        chownSync(library(directory, "Group"), 0, 65534);
        chmodSync(library(directory, "Group"), 0o775);
    }
    mkdirSync(join(directory.path, "elsewhere"));
    renameSync(library(directory, "Linked"), library(directory, "Linked", "elsewhere"));
    symlinkSync(library(directory, "Linked", "elsewhere"), library(directory, "Linked"));
    await running(directory, async (host) => {
        await host.mounted();
        expect(await ask(host, "Fine")).toBe(1);
        for (const [name, words] of [
            ["Open", "can be written to by everybody"], ["Linked", "leads out of its directory"],
            ...(isRoot ? [["Group", "can be written to by its group"]] : []),
        ]) {
            const event = await refused(host, name);
            expect(event.code).toBe("unsafePath");
            expect(event.message).toContain(words);
            expect(await ask(host, name)).toBe("NO_HANDLER");
        }
        // Mended, it is loaded.
        chmodSync(library(directory, "Open"), 0o755);
        await host.event("plugin", (event) => event.what === "loaded" && event.name === "Open");
        expect(await ask(host, "Open")).toBe(1);
    });
}, 120_000);

test("a stranger's extension stays with the stranger's key", async () => {
    const directory = app({});
    const keys = await Promise.all(["key", "stranger", "thief"].map((name) => makeKey(directory, name)));
    const [key, stranger, thief] = keys;
    configure(directory, { extensionDir: "$APP_SUPPORT/extensions", publicKeys: [key.text], allowExternalSignatures: true });
    const extensions = ".home/data/dev.keystone.test/extensions";
    for (const place of ["dylib", extensions]) {
        install(directory, plugin(place === "dylib" ? "Own" : "Guest"), place);
        await sign(library(directory, place === "dylib" ? "Own" : "Guest", place), stranger);
    }
    await running(directory, async (host) => {
        await host.mounted();
        expect(await ask(host, "Guest")).toBe(1);
        await host.logged(/the plugin "Guest" is new, and signed by ed25519:/);
        expect(await refused(host, "Own")).toMatchObject({ code: "untrusted" });
        install(directory, plugin("Guest", 2), extensions);
        const seen = host.events.length;
        await sign(library(directory, "Guest", extensions), thief);
        await host.event(
            "plugin", (event) => event.what === "refused" && String(event.message).includes("was signed by " + stranger.text), seen);
        expect(await ask(host, "Guest")).toBe(1);
        await sign(library(directory, "Guest", extensions), stranger);
        await host.event("plugin", (event) => event.what === "reloaded", seen);
        expect(await ask(host, "Guest")).toBe(2);
    });
}, 120_000);

test("a packaged app without keys loads plugins, maps what it checked, and says so", async () => {
    const directory = app({});
    install(directory, plugin("One"));
    install(directory, plugin("Two"));
    await running(directory, async (host) => {
        await host.mounted();
        expect([await ask(host, "One"), await ask(host, "Two")]).toEqual([1, 1]);
        await host.logged(/plugins\.publicKeys names no keys: plugins are loaded without a signature/);
    }, { KEYSTONE_MODE: "packaged" });
}, 60_000);

test("a key that is none is an error of the configuration, with its place", async () => {
    const directory = app({ publicKeys: ["ed25519:nonsense"] });
    const result = await command(["check", directory.path]);
    directory.remove();
    expect(result.code).toBe(1);
    expect(result.err).toMatch(/keystone\.json:\d+:\d+: error: plugins\.publicKeys\[0\]: found "ed25519:nonsense"/);
});

test("with keys, what is built from source is signed where the secret key is named", async () => {
    const directory = webApp({ "bun/web/app.ts": page, "plugins/Good.swift": source("Good", 1) });
    const key = await makeKey(directory, "key");
    configure(directory, { publicKeys: [key.text] });
    await running(directory, async (host) => {
        await host.mounted();
        expect(await ask(host, "Good")).toBe(1);
        const from = host.events.length;
        directory.write("plugins/Good.swift", source("Good", 2));
        await host.event("plugin", (event) => event.what === "reloaded", from);
        expect(await ask(host, "Good")).toBe(2);
        // A key that went away is said, and what was built is not loaded unsigned.
        renameSync(key.file, key.file + ".gone");
        directory.write("plugins/Good.swift", source("Good", 3));
        await host.logged(/error \[build\] KEYSTONE_SIGNING_KEY: .*key/);
        expect(await ask(host, "Good")).toBe(2);
    }, { KEYSTONE_SIGNING_KEY: key.file });
});
