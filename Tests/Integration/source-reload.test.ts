// Swift sources that are saved while the app runs: compiled, reloaded, and complained about in the page.
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { AppDirectory, command, descendants, type Files, Host, running } from "./harness.ts";
import { overlay } from "./overlay.ts";

const page = `export function mount(root) { root.textContent = "hello"; }`;

const answer = (value: string) => `import Keystone

final class Answer: ServicePlugin {
    let serviceName = "answer"

    func initialize(_ context: CoreContext) async throws {
        context.handle("answer:get") { () -> String in ${value} }
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Answer() } }
`;

const shared = (body: string) => `import Keystone

public final class Shared: LibraryPlugin {
    public let libraryName = "shared"
    public init() {}
}

${body}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Shared() } }
`;

/** With Bun or without; both pages have an overlay. */
function nativeApp(files: Files, bun: boolean, config: Record<string, unknown> = {}): AppDirectory {
    return new AppDirectory({
        "keystone.json": JSON.stringify({
            name: "Test", id: "dev.keystone.test", windows: [{ component: "app" }], bun: { root: "bun", enabled: bun },
            ...config,
        }),
        [bun ? "bun/web/app.ts" : "bun/web/app.js"]: page,
        ...files,
    });
}

const invoke = (host: Host, channel: string) => host.eval<string>(`__test_invoke(${JSON.stringify(channel)})`);

/** Gives the page an `invoke` that the tests can call. */
async function mounted(host: Host): Promise<void> {
    await host.mounted();
    await host.eval(
        `import("/__keystone__/bridge.js").then((m) => { globalThis.__test_invoke = m.invoke; return null; })`);
}

/** Asks until the answer is the one that is waited for. */
async function answers(host: Host, channel: string, expected: string): Promise<void> {
    const until = Date.now() + 25_000;
    for (;;) {
        const found = await invoke(host, channel).catch((error: Error) => error.message);
        if (found === expected) return;
        if (Date.now() > until) throw new Error(`${channel} answers ${found}, not ${expected}\n${host.log}`);
    }
}

for (const bun of [true, false]) {
    test(`saved code answers; an error is in the terminal and the page while the old code answers (bun: ${bun})`, async () => {
        const app = nativeApp({ "plugins/Answer.swift": answer(`"one"`) }, bun);
        await running(app, async (host) => {
            await mounted(host);
            await answers(host, "answer:get", "one");
            app.write("plugins/Answer.swift", answer(`"two"`));
            await answers(host, "answer:get", "two");

            app.write("plugins/Answer.swift", answer("missing"));
            await host.logged(/error \[build\] plugins\/Answer\.swift:7:56: error: cannot find 'missing' in scope/);
            const shown = await overlay(host, (text) => text.includes("cannot find 'missing'"));
            expect(shown).toContain("plugins/Answer.swift:7:56");
            expect(shown).toContain("Answer");
            expect(await invoke(host, "answer:get")).toBe("two");

            app.write("plugins/Answer.swift", answer(`"three"`));
            await answers(host, "answer:get", "three");
            await overlay(host, (text) => text === "");
        });
    });
}

test("a page that opens later shows the errors, too", async () => {
    const app = nativeApp({ "plugins/Answer.swift": answer(`"one"`) }, false);
    await running(app, async (host) => {
        await mounted(host);
        app.write("plugins/Answer.swift", answer("missing"));
        await overlay(host, (text) => text.includes("cannot find 'missing'"));
        const from = host.events.length;
        await host.do("eval", { code: "setTimeout(() => location.reload(), 0), null" });
        await host.event("mounted", () => true, from);
        await overlay(host, (text) => text.includes("cannot find 'missing'"));
    });
});

test("a plugin that is new, and a directory that is, are built and loaded", async () => {
    const app = nativeApp({}, false);
    await running(app, async (host) => {
        await mounted(host);
        app.write("plugins/Answer/Answer.swift", answer("text()"));
        app.write("plugins/Answer/Parts/Text.swift", `func text() -> String { "new" }\n`);
        await answers(host, "answer:get", "new");
        app.write("plugins/Answer/Parts/Text.swift", `func text() -> String { "newer" }\n`);
        await answers(host, "answer:get", "newer");
    });
});

test("what imports a plugin follows it, whether its interface changed or not", async () => {
    const app = nativeApp({
        "plugins/Shared.swift": shared(`public func text() -> String { "one" }`),
        "plugins/Answer.swift": "import Shared\n" + answer("text()"),
    }, false);
    await running(app, async (host) => {
        await mounted(host);
        await answers(host, "answer:get", "one");
        app.write("plugins/Shared.swift", shared(`public func text() -> String { "two" }`));
        await answers(host, "answer:get", "two");
        app.write("plugins/Shared.swift", shared(`public func text(_ more: String = "three") -> String { more }`));
        await answers(host, "answer:get", "three");
    });
});

test("a plugin whose sources are removed is gone", async () => {
    const app = nativeApp({ "plugins/Answer.swift": answer(`"one"`), "plugins/Other.swift": shared("") }, false);
    await running(app, async (host) => {
        await mounted(host);
        await answers(host, "answer:get", "one");
        const { unlinkSync } = await import("node:fs");
        unlinkSync(`${app.path}/plugins/Answer.swift`);
        await host.logged(/removed .*libAnswer\.so/);
        expect(existsSync(`${app.path}/dylib/libAnswer.so`)).toBe(false);
        const until = Date.now() + 25_000;
        while (await invoke(host, "answer:get").then(() => true, () => false)) {
            if (Date.now() > until) throw new Error(`the handler is still there\n${host.log}`);
        }
    });
});

test("many saves in a row end with the last one", async () => {
    const app = nativeApp({ "plugins/Answer.swift": answer(`"0"`) }, false);
    await running(app, async (host) => {
        await mounted(host);
        await answers(host, "answer:get", "0");
        for (let version = 1; version <= 20; version++) {
            app.write("plugins/Answer.swift", answer(`"${version}"`));
            // Each round trip lets a build begin, which the next save ends.
            await invoke(host, "answer:get");
        }
        await answers(host, "answer:get", "20");
    });
});

test("of a plugin of several files, a save ends the compilation of the one before, whoever it left it to", async () => {
    const text = (value: string) => `func text() -> String { "${value}" }\n`;
    const app = nativeApp({ "plugins/Answer/Answer.swift": answer("text()"), "plugins/Answer/Text.swift": text("0") }, false);
    // Whatever their parents are: the driver is gone before the compilers that it started.
    const compilers = () => descendants(1).filter(({ command }) =>
        command.includes("swift-frontend") && command.includes(app.path));
    await running(app, async (host) => {
        await mounted(host);
        await answers(host, "answer:get", "0");
        for (let version = 1; version <= 5; version++) {
            app.write("plugins/Answer/Text.swift", text(String(version)));
            await eventually(() => compilers().length > 0, `no compiler for version ${version}`);
        }
        await answers(host, "answer:get", "5");
        await eventually(() => compilers().length === 0, "compilers are left");
    });
});

/** Looks until it is so. */
async function eventually(holds: () => boolean, otherwise: string): Promise<void> {
    for (const until = Date.now() + 25_000; !holds(); await Bun.sleep(5)) {
        if (Date.now() > until) throw new Error(otherwise);
    }
}

const core = (text: string) => `import Keystone

final class Core: CorePlugin, StatefulPlugin {
    let coreName = "core"
    private var count = 0

    func initialize(_ context: CoreContext) throws {
        context.handle("core:text") { () -> String in ${text} }
        context.handle("core:count") { @MainActor [self] () -> String in
            count += 1
            return String(count)
        }
    }

    func serializeState() async throws -> [UInt8]? { [UInt8(count)] }
    func restoreState(_ state: [UInt8]) async throws { count = Int(state.first ?? 0) }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Core() } }
`;

test("a changed core asks for a restart, which keeps the process and the plugins' states", async () => {
    const app = nativeApp({ "app/Core.swift": core(`"one"`) }, true);
    await running(app, async (host) => {
        await mounted(host);
        await answers(host, "core:text", "one");
        await answers(host, "core:count", "1");
        await answers(host, "core:count", "2");
        app.write("app/Core.swift", core(`"two"`));
        const shown = await overlay(host, (text) => text.includes("Restart"));
        expect(shown).toContain("App changed");
        expect(await invoke(host, "core:text")).toBe("one");
        const pid = host.pid, from = host.events.length;
        await host.eval(
            `document.querySelector("[data-keystone-overlay]").shadowRoot.querySelector(".banner button").click(), null`);
        await host.event("mounted", () => true, from);
        expect(host.pid).toBe(pid);
        await mounted(host);
        await answers(host, "core:text", "two");
        await answers(host, "core:count", "3");
        const { readdirSync } = await import("node:fs");
        const state = `${app.path}/.home/state/dev.keystone.test`;
        expect(existsSync(state) ? readdirSync(state).filter((name) => name.startsWith("restart-")) : []).toEqual([]);
    });
});

test("run starts with the library from before where the sources are broken, and not without one", async () => {
    const app = nativeApp({ "plugins/Answer.swift": answer("missing") }, false);
    const refused = await command(["run", app.path, "--eval", "1"]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain("Answer.swift:7:56: error: cannot find 'missing' in scope");
    app.write("plugins/Answer.swift", answer(`"old"`));
    const built = await command(["build", "--plugins", app.path]);
    expect(built.code, built.err).toBe(0);
    app.write("plugins/Answer.swift", answer("missing"));
    await running(app, async (host) => {
        await mounted(host);
        await host.logged(/starting with what was built before of Answer/);
        await answers(host, "answer:get", "old");
    });
});
