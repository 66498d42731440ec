import Foundation
import KeystoneBuild
import Testing

struct CompilationDatabaseTests {
    private struct Entry: Decodable {
        var directory: String
        var file: String
        var arguments: [String]
    }

    private func update(_ app: TestApp, scripts: [String] = []) throws -> Bool {
        try CompilationDatabase.update(for: app.project(), scripts: scripts, toolchain: app.builder().toolchain)
    }

    private func entries(_ app: TestApp) throws -> [Entry] {
        try JSONDecoder().decode([Entry].self, from: app.contents(CompilationDatabase.fileName))
    }

    @Test func everySourceHasItsModulesArguments() throws {
        let app = try TestApp([
            "app/Core.swift": "", "plugins/Two/A.swift": "", "plugins/Two/B.swift": "", "scripts/once.swift": "",
        ])
        #expect(try update(app, scripts: [app.path + "/scripts/once.swift"]))
        let entries = try entries(app)
        #expect(
            entries.map { $0.file.dropFirst(app.path.count) } == [
                "/app/Core.swift", "/plugins/Two/A.swift", "/plugins/Two/B.swift", "/scripts/once.swift",
            ])
        let two = try #require(entries.first { $0.file.hasSuffix("/A.swift") })
        #expect(two.directory == app.path)
        #expect(two.arguments.first?.hasSuffix("/swiftc") == true)
        #expect(two.arguments.contains(app.engine.modules))
        // The files of one module see each other.
        #expect(two.arguments.suffix(2) == ["\(app.path)/plugins/Two/A.swift", "\(app.path)/plugins/Two/B.swift"])
    }

    @Test func itIsOnlyWrittenWhenItSaysSomethingElse() throws {
        let app = try TestApp(["plugins/One.swift": ""])
        #expect(try update(app))
        let file = "\(app.path)/\(CompilationDatabase.fileName)"
        let first = try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int
        #expect(try update(app))
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.systemFileNumber] as? Int == first)
        try app.write("plugins/Another.swift", "")
        #expect(try update(app))
        #expect(try entries(app).count == 2)
        try app.remove("plugins")
        #expect(try update(app))
        #expect(!app.exists(CompilationDatabase.fileName))
    }

    @Test(arguments: [
        "", "{}", "null", "[{}]", #"[{"output": "x.o"}]"#, #"[{"output": ".keystone/A"}, {"output": 1}]"#, "[",
    ])
    func aFileOfSomebodyElseIsLeftAlone(text: String) throws {
        let app = try TestApp(["plugins/One.swift": "", CompilationDatabase.fileName: text])
        #expect(try !update(app))
        #expect(try app.contents(CompilationDatabase.fileName) == Data(text.utf8))
    }
}
