import KeystoneBuild
import Testing

struct ScriptBuildTests {
    @Test func aScriptBecomesALibraryWithAnEntry() async throws {
        let app = try TestApp(
            ["scripts/report.swift": "import Keystone\n@MainActor func run(_ context: CoreContext) async throws {}\n"])
        let script = app.path + "/scripts/report.swift", project = try app.project()
        let entry = try await app.builder().buildScript(script, of: project)
        #expect(entry.outcome == .built, "\(entry.diagnostics)")
        #expect(entry.module.library == app.path + "/.keystone/scripts/libreport.so")
        #expect(try app.dynamicSection(".keystone/scripts/libreport.so").contains("soname: [libreport.so]"))
        #expect(try app.symbols(".keystone/scripts/libreport.so").contains("keystone_plugins"))
        #expect(try await app.builder().buildScript(script, of: project).outcome == .upToDate)
        // Building the app leaves scripts alone.
        _ = try await app.builder().build(project)
        #expect(app.exists(".keystone/scripts/libreport.so"))
    }

    @Test func aScriptWithoutRunIsToldSo() async throws {
        let app = try TestApp(["scripts/report.swift": "\n"])
        let entry = try await app.builder().buildScript(app.path + "/scripts/report.swift", of: app.project())
        #expect(entry.outcome == .failed)
        #expect(
            entry.diagnostics.first?.described(from: app.path).hasPrefix(
                "scripts/report.swift:1:1: error: a script needs @MainActor func run(_ context: CoreContext) async throws"
            )
                == true)
    }

    @Test func aScriptMayImportAPlugin() async throws {
        let app = try TestApp(
            [
                "plugins/Shared.swift": "public let shared = 1\n",
                "scripts/report.swift":
                    "import Keystone\nimport Shared\n@MainActor func run(_ context: CoreContext) async throws { _ = shared }\n",
            ])
        _ = try await app.build()
        let entry = try await app.builder().buildScript(app.path + "/scripts/report.swift", of: app.project())
        #expect(entry.outcome == .built, "\(entry.diagnostics)")
        #expect(try app.dynamicSection(".keystone/scripts/libreport.so").contains("Shared library: [libShared.so]"))
    }

    private static let script = "import Keystone\n@MainActor func run(_ context: CoreContext) async throws {}\n"

    private func buildAll(_ app: TestApp) async throws -> BuildReport {
        try await app.builder().buildScripts(in: app.path + "/scripts", of: app.project())
    }

    @Test func allScriptsOfADirectoryAreBuiltAndThoseThatAreGoneGo() async throws {
        let app = try TestApp([
            "scripts/one.swift": Self.script, "scripts/two.swift": Self.script, "scripts/notes.txt": "",
        ])
        let first = try await buildAll(app)
        #expect(first.entries.map(\.module.pluginName) == ["one", "two"])
        #expect(first.succeeded, "\(first.errors)")
        try app.remove("scripts/one.swift")
        let second = try await buildAll(app)
        #expect(second.outcome(of: "two_script") == .upToDate)
        #expect(second.removed == [app.path + "/.keystone/scripts/libone.so"])
        #expect(!app.exists(".keystone/scripts/libone.so"))
        #expect(!app.exists(".keystone/build/one_script.json"))
        try app.remove("scripts")
        #expect(try await buildAll(app).removed == [app.path + "/.keystone/scripts/libtwo.so"])
    }

    @Test func oneThatIsWrongKeepsItsLibraryAndTheOthersAreBuilt() async throws {
        let app = try TestApp(["scripts/one.swift": Self.script, "scripts/two.swift": Self.script])
        _ = try await buildAll(app)
        let library = try app.contents(".keystone/scripts/libone.so")
        try app.write("scripts/one.swift", Self.script + "let wrong: Int = \"\"\n")
        try app.write("scripts/two.swift", Self.script + "// changed\n")
        let report = try await buildAll(app)
        #expect(report.outcome(of: "one_script") == .failed)
        #expect(report.outcome(of: "two_script") == .built)
        #expect(report.errors.first?.described(from: app.path).hasPrefix("scripts/one.swift:3:18: error:") == true)
        #expect(try app.contents(".keystone/scripts/libone.so") == library)
    }

    @Test(arguments: [("not-a-name", "can't be the name"), ("Shared", "there is a plugin of the same name")])
    func aNameThatItCanNotHaveIsAnErrorOfThatScriptAlone(name: String, message: String) async throws {
        let app = try TestApp([
            "plugins/Shared.swift": "", "scripts/\(name).swift": Self.script, "scripts/fine.swift": Self.script,
        ])
        let report = try await buildAll(app)
        #expect(report.outcome(of: "fine_script") == .built)
        #expect(report.errors.count == 1)
        #expect(report.errors.first?.description.contains(message) == true, "\(report.errors)")
    }
}
