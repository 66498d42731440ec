// Editors: a real sourcekit-lsp session in an app that `keystone create --native` made.
import { expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppDirectory, command } from "./harness";
import { LanguageServer } from "./language-server";

async function nativeApp(): Promise<AppDirectory> {
    const app = new AppDirectory();
    expect(await command(["create", app.path, "--native", "--name", "Edited"])).toMatchObject({ code: 0, err: "" });
    return app;
}

const keystone = async (...args: string[]) => {
    const result = await command(args);
    if (result.code !== 0) throw new Error(result.err);
    return result;
};

test("a new app's editor knows Keystone: no false errors, documentation, completion, definitions", async () => {
    const app = await nativeApp();
    try {
        await LanguageServer.running(app, async (server) => {
            for (const file of ["app/AppCore.swift", "plugins/SystemLoad.swift"]) {
                server.open(file);
                expect(await server.diagnostics(file)).toEqual([]);
            }
            expect(await server.hover("app/AppCore.swift", "CoreContext")).toContain("An app's handle to the engine");
            const names = await server.completion("app/AppCore.swift", "context.");
            expect(names).toEqual(expect.arrayContaining(["windows", "bun", "http"]));
            const [place] = await server.definition("app/AppCore.swift", "Visitor) in");
            expect(place?.uri).toEndWith("/app/AppCore.swift");
        });
    } finally {
        app.remove();
    }
});

test("files of one module see each other, plugins and scripts see built plugins, and mistakes are shown", async () => {
    const app = await nativeApp();
    try {
        app.write("plugins/Shared/Point.swift", "public struct Point: Sendable {\n    public var x = 1\n    public init() {}\n}\n");
        app.write("plugins/Shared/Origin.swift", "public func origin() -> Point { Point() }\n");
        app.write("plugins/Uses.swift", "import Keystone\nimport Shared\n\nlet here = origin()\nlet wrong: String = here.x\n");
        app.write("scripts/once.swift", "import Keystone\nimport Shared\n\n@MainActor func run(_ context: CoreContext) async throws { _ = origin() }\n");
        app.write("keystone.json", app.read("keystone.json").replace("{", `{ "scripts": {},`));
        // The error in Uses is its own: all else is built.
        expect((await command(["build", "--plugins", app.path])).code).toBe(1);
        await LanguageServer.running(app, async (server) => {
            server.open("plugins/Shared/Origin.swift");
            expect(await server.diagnostics("plugins/Shared/Origin.swift")).toEqual([]);
            const [place] = await server.definition("plugins/Shared/Origin.swift", "Point {");
            expect(place?.uri).toEndWith("/plugins/Shared/Point.swift");
            server.open("plugins/Uses.swift");
            expect(await server.hover("plugins/Uses.swift", "origin()")).toContain("func origin() -> Point");
            expect(await server.diagnostics("plugins/Uses.swift")).toEqual([expect.stringMatching(/Int.*String/)]);
            server.open("scripts/once.swift");
            expect(await server.diagnostics("scripts/once.swift")).toEqual([]);
        });
    } finally {
        app.remove();
    }
});

test("what keystone add makes is known at once, in an editor that is open already", async () => {
    const app = await nativeApp();
    try {
        await LanguageServer.running(app, async (server) => {
            server.open("app/AppCore.swift");
            expect(await server.diagnostics("app/AppCore.swift")).toEqual([]);
            await keystone("add", "plugin", "clock", app.path);
            server.changedOnDisk("compile_commands.json");
            server.changedOnDisk("plugins/Clock.swift");
            server.open("plugins/Clock.swift");
            expect(await server.diagnostics("plugins/Clock.swift")).toEqual([]);
            expect(await server.hover("plugins/Clock.swift", "ServicePlugin")).toContain("protocol ServicePlugin");
        });
    } finally {
        app.remove();
    }
});

test("the file that editors read is made anew when stale, left alone when it is another's, and gone without Swift", async () => {
    const app = await nativeApp();
    const file = "compile_commands.json";
    try {
        const first = app.read(file);
        expect(JSON.parse(first).map((entry: { file: string }) => entry.file)).toEqual([
            join(app.path, "app/AppCore.swift"), join(app.path, "plugins/SystemLoad.swift"),
        ]);
        app.write(file, first.replaceAll("/usr/", "/elsewhere/"));
        await keystone("build", "--plugins", app.path);
        expect(app.read(file)).toBe(first);
        const foreign = JSON.stringify([{ directory: app.path, file: "a.c", command: "cc a.c" }]);
        app.write(file, foreign);
        expect((await keystone("build", "--plugins", app.path)).err).toContain("is not Keystone's and was left alone");
        expect(app.read(file)).toBe(foreign);
        const web = new AppDirectory();
        await keystone("create", web.path);
        await keystone("build", web.path);
        expect(existsSync(join(web.path, file))).toBe(false);
        web.remove();
    } finally {
        app.remove();
    }
});
