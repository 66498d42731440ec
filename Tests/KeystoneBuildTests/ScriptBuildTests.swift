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
}
