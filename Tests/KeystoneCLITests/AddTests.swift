import Foundation
import Testing

/// `keystone add`, as a process.
@Suite struct AddTests {
    let sandbox: Sandbox

    init() throws {
        sandbox = try Sandbox()
        _ = try sandbox.makeEngine()
    }

    private func add(_ arguments: String...) throws -> CommandResult {
        try sandbox.keystone(["add"] + arguments + ["app"])
    }

    /// All files of the app with their contents.
    private func snapshot() throws -> [String: String] {
        var files: [String: String] = [:]
        let paths = try #require(FileManager.default.enumerator(atPath: sandbox.path + "/app"))
        for case let path as String in paths { files[path] = (try? sandbox.read("app/\(path)")) ?? "" }
        return files
    }

    @Test(arguments: [
        ("clock", "service", "plugins/Clock.swift", "final class ClockService: ServicePlugin"),
        ("FileList", "library", "plugins/FileList.swift", "public final class FileListLibrary: LibraryPlugin"),
        ("grid_view", "logic", "plugins/GridView.swift", "final class GridViewLogic: LogicPlugin"),
        ("chart", "window", "plugins/Chart.swift", "final class ChartWindow: WindowPluginBase"),
        ("app-core", "core", "app/AppCore.swift", "final class AppCore: CorePlugin"),
    ])
    func aPluginIsOneFile(name: String, kind: String, path: String, declaration: String) throws {
        try sandbox.writeApp()
        let result = try add("plugin", name, "--kind", kind)
        #expect(result.code == 0, "\(result.err)")
        #expect(result.out.contains("\n  \(path)\n"))
        let text = try sandbox.read("app/\(path)")
        #expect(text.contains(declaration))
        #expect(!text.lowercased().contains("example"))
        #expect(try sandbox.keystone(["add", "plugin", name, "app", "--kind", kind]).code == 1)
        #expect(try sandbox.read("app/\(path)") == text)
    }

    @Test func aServiceIsAPluginUnlessToldOtherwise() throws {
        try sandbox.writeApp()
        #expect(try add("plugin", "clock").out.hasPrefix("Added the service plugin Clock\n"))
        #expect(try add("service", "notes").out.hasPrefix("Added the service notes\n"))
        #expect(try sandbox.read("app/bun/services/notes.ts").contains(#"defineService("notes")"#))
        #expect(try sandbox.keystone(["check", "app"]).code == 0)
    }

    @Test func aWorkerIsListedAndTheRestOfTheFileStays() throws {
        let config = "{\n  // who\n  \"name\": \"T\", \"id\": \"a.b.c\",\n\n  \"bun\": {}, // last\n}\n"
        try sandbox.writeApp(config)
        let result = try add("worker", "indexer")
        #expect(result.code == 0, "\(result.err)")
        #expect(result.out.contains("  bun/workers/indexer/indexer.ts\n  keystone.json: workers\n"))
        let after = try sandbox.read("app/keystone.json")
        let entry = "  \"workers\": [\n    { \"name\": \"indexer\", \"servicesDir\": \"workers/indexer\" }\n  ],\n"
        #expect(after == config.dropLast(2) + entry + "}\n")
        #expect(try sandbox.read("app/bun/workers/indexer/indexer.ts").contains(#"worker("indexer").call("indexer""#))
        #expect(try sandbox.keystone(["check", "app"]).err.isEmpty)
        #expect(try add("worker", "indexer").err.contains("the app has a worker indexer"))
    }

    @Test func aWindowGetsItsComponentUnlessThatIsThere() throws {
        try sandbox.writeApp()
        try sandbox.write("app/bun/web/panel.tsx", "mine")
        #expect(try add("window", "panel").code == 0)
        #expect(try add("window", "my-settings").code == 0)
        #expect(!sandbox.exists("app/bun/web/panel.ts"))
        #expect(try sandbox.read("app/bun/web/my-settings.ts").contains("<h1>My Settings</h1>"))
        let expected =
            #"{"name": "T", "id": "a.b.c", "bun": {"root": "bun"}, "windows": [{ "component": "panel", "title": "Panel", "#
            + #""width": 800, "height": 600 }, { "component": "my-settings", "title": "My Settings", "width": 800, "height": 600 }]}"#
        #expect(try sandbox.read("app/keystone.json") == expected)
        #expect(try add("window", "panel").err.contains("the app has a window panel"))
    }

    @Test func theFirstConfigurationFileIsTheOneThatIsEdited() throws {
        try sandbox.writeApp()
        try sandbox.write("app/keystone.config.json", #"{"name": "U", "id": "a.b.c", "bun": {}}"#)
        let other = try sandbox.read("app/keystone.json")
        #expect(try add("window", "panel").out.contains("  keystone.config.json: windows\n"))
        #expect(try sandbox.read("app/keystone.json") == other)
    }

    @Test func aWindowOfAPluginGetsNoComponent() throws {
        try sandbox.writeApp()
        #expect(try add("plugin", "chart", "--kind", "window").out.contains("keystone add window chart makes"))
        #expect(try sandbox.read("app/plugins/Chart.swift").contains(#"windowType: String { "chart" }"#))
        #expect(try add("window", "chart").code == 0)
        #expect(!sandbox.exists("app/bun/web/chart.ts"))
        #expect(try sandbox.read("app/keystone.json").contains(#""component": "chart""#))
    }

    @Test func anAppWithoutBunGetsTheWindowAlone() throws {
        try sandbox.write("app/keystone.json", #"{"name": "T", "id": "a.b.c"}"#)
        let result = try add("window", "chart")
        #expect(result.code == 0)
        #expect(result.out.contains("add plugin chart --kind window"))
        #expect(!sandbox.exists("app/bun"))
        for part in ["service", "worker", "component"] {
            #expect(try add(part, "x").err.contains("the app has no Bun side"))
        }
    }

    @Test(arguments: [
        (#"{"react": "^19", "react-dom": "^19"}"#, "tsx", #"createRoot"#),
        (#"{"vue": "^3"}"#, "ts", "createApp(MyPanel"), (#"{"svelte": "^5"}"#, "ts", "../src/MyPanel.svelte"),
        (#"{"left-pad": "1"}"#, "ts", "innerHTML"),
    ])
    func componentsAreWrittenAsTheAppsOthers(dependencies: String, ending: String, text: String) throws {
        try sandbox.writeApp()
        try sandbox.write("app/bun/package.json", #"{"dependencies": \#(dependencies)}"#)
        #expect(try add("component", "my-panel").code == 0)
        #expect(try sandbox.read("app/bun/web/my-panel.\(ending)").contains(text))
        #expect(sandbox.exists("app/bun/src/MyPanel.svelte") == dependencies.contains("svelte"))
    }

    @Test(arguments: [
        "", ".", "..", "../x", "a/b", "a b", "-x", "1x", "x-", "é", "a\nb", "a.b", "$(x)", #"a"b"#,
        String(repeating: "a", count: 61),
    ])
    func namesThatWouldNotBeNamesAreRefused(name: String) throws {
        try sandbox.writeApp()
        let before = try snapshot()
        for part in ["plugin", "service", "worker", "window", "component"] {
            #expect(try sandbox.keystone(["add", part, "--", name, "app"]).code == 2)
        }
        #expect(try snapshot() == before)
    }

    @Test(arguments: ["swift", "Foundation", "keystone", "KeystoneCore", "app", "glibc"])
    func modulesOfOthersAreRefused(name: String) throws {
        try sandbox.writeApp()
        let result = try add("plugin", name)
        #expect(result.code == 2)
        #expect(result.err.contains("module"))
        #expect(!sandbox.exists("app/plugins"))
    }

    @Test(arguments: [
        ["add", "plugn", "x", "app"], ["add", "plugin", "x", "app", "--kind", "servce"], ["add", "plugin"],
        ["add", "service", "x", "app", "--kind", "core"], ["add"],
    ])
    func wrongUsageChangesNothing(arguments: [String]) throws {
        try sandbox.writeApp()
        let before = try snapshot()
        let result = try sandbox.keystone(arguments)
        #expect(result.code == 2)
        #expect(try snapshot() == before)
    }

    @Test(arguments: [
        (#"{"name": "T", "id": "a.b.c", "bun": {}, "windows": {}}"#, "windows: found"),
        (#"{"name": "T", "id": "a.b.c", "bun": {}, "windows": [}"#, "expected a value"),
        (#"{"name": "T", "id": "a.b.c", "bun": {}, "windows": [], "windows": []}"#, "twice"),
        ("", "error"), ("[]", "error"),
    ])
    func aConfigurationThatIsWrongStaysAsItIs(config: String, message: String) throws {
        try sandbox.writeApp(config)
        let before = try snapshot()
        let result = try add("window", "panel")
        #expect(result.code == 1)
        #expect(result.err.contains(message), "\(result.err)")
        #expect(try snapshot() == before)
    }

    @Test func anAppWithoutAFileIsToldWhatToWrite() throws {
        try sandbox.write("app/bun/web/app.ts", "")
        let result = try add("worker", "x")
        #expect(result.code == 1)
        #expect(result.err.contains("has no keystone.json"))
        #expect(result.err.contains(#"{ "name": "app", "id": "dev.keystone.app""#))
        #expect(!sandbox.exists("app/bun/workers"))
        #expect(try add("service", "x").code == 0)
    }

    @Test func whatCanNotBeWrittenLeavesNothingBehind() throws {
        try sandbox.writeApp()
        try FileManager.default.removeItem(atPath: sandbox.path + "/app/keystone.json")
        try sandbox.write("config/real.json", #"{"name": "T", "id": "a.b.c", "bun": {}}"#)
        try FileManager.default.createSymbolicLink(
            atPath: sandbox.path + "/app/keystone.json", withDestinationPath: "../config/real.json")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o640], ofItemAtPath: sandbox.path + "/config/real.json")
        #expect(try add("window", "one").code == 0)
        // The link and the permissions are still there.
        #expect(sandbox.link("app/keystone.json") == "../config/real.json")
        let attributes = try FileManager.default.attributesOfItem(atPath: sandbox.path + "/config/real.json")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        #expect(try sandbox.read("config/real.json").contains("one"))
        // A file in the way of a directory.
        try sandbox.write("app/bun/workers", "x")
        let before = try snapshot()
        let result = try add("worker", "two")
        #expect(result.code == 1)
        #expect(result.err.contains("the worker two can't be added"))
        #expect(try snapshot() == before)
    }

    @Test func aSecondCoreIsRefused() throws {
        try sandbox.writeApp()
        try sandbox.write("app/app/main.swift", "")
        let result = try add("plugin", "other", "--kind", "core")
        #expect(result.code == 1)
        #expect(result.err.contains("the app has a core"))
        #expect(!sandbox.exists("app/app/OtherCore.swift"))
    }

    @Test func aPluginOfSeveralFilesKeepsItsName() throws {
        try sandbox.writeApp()
        try sandbox.write("app/plugins/Clock/Hand.swift", "")
        #expect(try add("plugin", "clock").err.contains("plugins/Clock is there already"))
    }
}
