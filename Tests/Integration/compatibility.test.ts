// Plugins outlive versions of the framework: what was built against an older minor version loads, another ABI doesn't.
import { expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppDirectory, root, running } from "./harness";

const release = join(root, "Host/.build/release");
const fixture = join(root, "Tests/Fixtures/plugins/Older.swift");
const modules = ["Keystone", "KeystoneCore", "KeystoneProtocol", "KeystoneServices", "KeystoneStorage", "KeystoneSupport"];

/** What later minor versions have brought, by the declaration: without these lines, the interfaces are an older version's. */
const additions: Record<string, [declaration: string, line: string][]> = {
    KeystoneCore: [
        // Properties at the front, in the middle and at the end of structures that plugins hold and make.
        ["public struct KeystoneConfig ", "  public var id: "],
        ["public struct KeystoneConfig ", "  public var plugins: "],
        ["public struct KeystoneConfig ", "  public var quitOnLastWindowClosed: "],
        ["public struct WindowConfig ", "  public var title: "],
        ["public struct WindowConfig ", "  public var headless: "],
        ["public struct ProcessRecoveryConfig ", "  public var bunAutoRestart: "],
    ],
    // A case of an enumeration that they switch over.
    KeystoneProtocol: [["public enum ActionSource ", "  case menu"]],
    KeystoneServices: [["public struct HTTPRequest ", "  public let queryItems: "]],
    // A requirement of a protocol that they conform to, and its default.
    Keystone: [
        ["public protocol ServicePlugin ", "  func shutdown() async"],
        ["extension Keystone.ServicePlugin ", "  public func shutdown() async"],
    ],
};

function without(text: string, declaration: string, line: string): string {
    const lines = text.split("\n");
    const start = lines.findIndex((each) => each.startsWith(declaration));
    const end = lines.indexOf("}", start);
    const found = lines.findIndex((each, index) => index > start && index < end && each.startsWith(line));
    if (start < 0 || found < 0) throw new Error(`${declaration} has no line ${line}`);
    // A computed property ends with a brace of its own.
    const last = lines[found].endsWith("{") ? lines.indexOf("  }", found) : found;
    return lines.toSpliced(found, last - found + 1).join("\n");
}

async function scratch<T>(body: (directory: string) => Promise<T>): Promise<T> {
    const directory = mkdtempSync(join(tmpdir(), "keystone-compatibility-"));
    try {
        return await body(directory);
    } finally {
        rmSync(directory, { recursive: true, force: true });
    }
}

function olderInterfaces(directory: string): string {
    mkdirSync(directory);
    for (const module of modules) {
        let text = readFileSync(join(release, "Modules", `${module}.swiftinterface`), "utf8");
        for (const [declaration, line] of additions[module] ?? []) text = without(text, declaration, line);
        writeFileSync(join(directory, `${module}.swiftinterface`), text);
    }
    return directory;
}

async function run(command: string[], directory: string): Promise<void> {
    const child = Bun.spawn(command, { cwd: directory, stdout: "pipe", stderr: "pipe" });
    const [out, error, code] = await Promise.all([
        new Response(child.stdout).text(), new Response(child.stderr).text(), child.exited]);
    if (code !== 0) throw new Error(`${command.join(" ")}: ${out}${error}`);
}

const page = `import * as bridge from "@keystone/sdk/bridge";
export function mount(root) { root.textContent = "page"; Object.assign(window, { bridge }); }`;

test("a plugin that was built against an older minor version loads and works", () => scratch(async (directory) => {
    const interfaces = olderInterfaces(join(directory, "older"));
    const library = join(directory, "libOlder.so");
    await run(
        ["swiftc", "-swift-version", "6", "-O", "-emit-library", "-module-name", "Older", "-I", interfaces, "-L", release,
            "-lKeystone", "-module-cache-path", join(directory, "cache"), "-o", library, fixture], directory);
    const app = new AppDirectory({ "bun/web/app.ts": page });
    mkdirSync(join(app.path, "dylib"));
    cpSync(library, join(app.path, "dylib/libOlder.so"));
    await running(app, async (host) => {
        await host.mounted();
        const answer = await host.eval<any>(`bridge.invoke("older:config")`);
        expect(answer).toMatchObject({ windows: ["app", "made"], workers: 0, restarts: 5, width: 321 });
        expect(await host.eval<any>(`bridge.invoke("older:who", "it is")`)).toBe("it is app");
        expect(await host.eval<any>(`fetch("/api/older/7").then((r) => r.json())`)).toEqual({ id: "7", method: "GET" });
        await host.eval(`bridge.action("older:tell")`);
        await host.logged(/older heard older:tell of window/);
        expect(await host.quit()).toBe(0);
    });
}), 120_000);

test("a library for another ABI, or for a newer framework, is refused with the reason, and the app runs", () => scratch(async (directory) => {
    const app = new AppDirectory({ "bun/web/app.ts": page });
    mkdirSync(join(app.path, "dylib"));
    const library = async (name: string, symbol: string) => {
        const source = join(directory, `${name}.c`);
        writeFileSync(source, `extern void ${symbol}(void); void *keystone_plugins(void) { ${symbol}(); return 0; }`);
        await run(["clang", "-shared", "-fPIC", "-o", join(app.path, `dylib/lib${name}.so`), source], directory);
    };
    await library("Major", "keystone_abi_2");
    const source = join(directory, "Newer.c");
    writeFileSync(source, `extern void keystone_abi_1(void); extern void fromTheFuture(void);
        void *keystone_plugins(void) { keystone_abi_1(); fromTheFuture(); return 0; }`);
    await run(["clang", "-shared", "-fPIC", "-o", join(app.path, "dylib/libNewer.so"), source], directory);
    await running(app, async (host) => {
        await host.mounted();
        await host.logged(/libMajor\.so: .*ABI 2.*ABI 1/);
        await host.logged(/libNewer\.so: .*fromTheFuture/);
        expect(await host.quit()).toBe(0);
    });
}), 60_000);
