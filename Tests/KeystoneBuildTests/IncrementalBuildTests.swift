import Foundation
import KeystoneBuild
import Synchronization
import Testing

/// Modules of several files, with the real compiler.
struct IncrementalBuildTests {
    private static let value = "func value() -> Int { 1 }\nstruct Box { var size = 1 }\n"
    private static let user =
        "import Keystone\npublic func use() -> Int { Int(value()) + Int(Box().size) + keystone() }\n"
    private static let other = "public func other() -> Int { 5 }\n"

    private static func makeApp() throws -> TestApp {
        try TestApp([
            "plugins/Many/Value.swift": value, "plugins/Many/User.swift": user, "plugins/Many/Other.swift": other,
        ])
    }

    /// Builds, and returns the sources of `Many` that the driver had compiled: it says so itself.
    private static func build(_ app: TestApp) async throws -> [String] {
        let said = Mutex("")
        let builder = try app.builder { command in
            var command = command
            if command.executable.hasSuffix("/swiftc") { command.arguments.append("-driver-show-incremental") }
            let output = try await runProcess(command)
            if command.arguments.contains("Many") { said.withLock { $0 += output.text } }
            return output
        }
        let report = try await builder.build(app.project())
        try #require(report.succeeded, "\(report.errors)")
        #expect(report.entries.filter { $0.outcome == .built }.map(\.module.name) == ["Many"])
        let queued = said.withLock(\.self).matches(of: /Queuing .*<= (\w+)\.swift\}/).map { String($0.1) }
        return Set(queued).sorted()
    }

    @Test func onlyFilesAreCompiledThatChangedOrSeeTheChange() async throws {
        let app = try Self.makeApp()
        #expect(try await app.build() == ["Many"])
        try app.write("plugins/Many/Value.swift", Self.value.replacing("{ 1 }", with: "{ Int(\"7\") ?? 2 }"))
        #expect(try await Self.build(app) == ["Value"])
        try app.write("plugins/Many/Value.swift", Self.value.replacing("value() -> Int", with: "value() -> Int8"))
        #expect(try await Self.build(app) == ["User", "Value"])
        // A member's type that nobody wrote.
        try app.write("plugins/Many/Value.swift", Self.value.replacing("size = 1", with: "size = 1.0"))
        #expect(try await Self.build(app) == ["User", "Value"])
        #expect(try await app.build() == [])
    }

    @Test func aFileWithTheOldOnesDateIsCompiled() async throws {
        let app = try Self.makeApp()
        _ = try await app.build()
        try app.write("plugins/Many/replacement", "public func another() -> Int { 5 }\n")
        try app.run("cd plugins/Many && touch -r Other.swift replacement && mv replacement Other.swift")
        #expect(try await Self.build(app) == ["Other"])
        #expect(try app.symbols("dylib/libMany.so").contains("another"))
    }

    @Test func filesComeAndGo() async throws {
        let app = try Self.makeApp()
        _ = try await app.build()
        try app.remove("plugins/Many/Other.swift")
        #expect(try await app.build() == ["Many"])
        #expect(try !app.symbols("dylib/libMany.so").contains("other"))
        try app.write("plugins/Many/deeper/Other.swift", Self.other)
        #expect(try await app.build() == ["Many"])
        #expect(try app.symbols("dylib/libMany.so").contains("other"))
    }

    @Test func anErrorIsToldOnceAndWhatWasThereBeforeComesBack() async throws {
        let app = try Self.makeApp()
        _ = try await app.build()
        try app.run("cp -p plugins/Many/Value.swift kept")
        try app.write("plugins/Many/Other.swift", Self.other.replacing("{ 5 }", with: "{ value() + 1 }"))
        try app.write("plugins/Many/Value.swift", "func value() -> Missing { 1 }\n")
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "Many") == .failed)
        #expect(report.errors.filter { $0.text.contains("'Missing'") }.count == 1)
        #expect(report.errors.allSatisfy { $0.file != nil })
        try app.run("mv kept plugins/Many/Value.swift")
        #expect(try await Self.build(app).contains("Value"))
        #expect(try app.symbols("dylib/libMany.so").contains("$s4Many3useSiyF"))
    }

    @Test func twoBuildsAtATimeBothSucceed() async throws {
        let app = try Self.makeApp()
        async let one = app.builder().build(app.project())
        async let two = app.builder().build(app.project())
        let reports = try await (one, two)
        #expect(reports.0.succeeded && reports.1.succeeded)
        try app.write("plugins/Many/Other.swift", Self.other.replacing("5", with: "6"))
        #expect(try await app.build() == ["Many"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: app.path + "/.keystone/build").sorted() == [
                "Many.json", "objects",
            ])
    }

    @Test func aStateThatCannotBeReadIsNone() async throws {
        let app = try Self.makeApp()
        _ = try await app.build()
        let state = ".keystone/build/objects/Many/"
        for nonsense in ["", "{", String(repeating: "[", count: 100_000)] {
            for name in ["module.priors", "map.json", "unsettled"] { try app.write(state + name, nonsense) }
            try app.write("plugins/Many/Other.swift", Self.other + "// \(nonsense.count)\n")
            #expect(try await app.build() == ["Many"])
        }
    }

    @Test func importingAnotherModuleChangesNothingOfThat() async throws {
        let app = try Self.makeApp()
        try app.write("plugins/Shared/Shared.swift", "public func shared() -> Int { 1 }\n")
        try app.write("plugins/Shared/More.swift", "public struct More {}\n")
        try app.write("plugins/Many/Other.swift", "import Shared\npublic func other() -> Int { shared() }\n")
        #expect(try await app.build() == ["Many", "Shared"])
        for number in 2...3 {
            try app.write("plugins/Many/Value.swift", Self.value.replacing("{ 1 }", with: "{ \(number) }"))
            #expect(try await Self.build(app) == ["Value"])
        }
        // Its interface stays the same.
        try app.write("plugins/Shared/Shared.swift", "public func shared() -> Int { 2 }\n")
        #expect(try await app.build() == ["Shared"])
        try app.write("plugins/Many/Value.swift", Self.value)
        #expect(try await Self.build(app) == ["Value"])
        try app.write("plugins/Shared/Shared.swift", "public func shared() -> Int8 { 2 }\n")
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "Many") == .failed)
        #expect(report.outcome(of: "Shared") == .held(for: "Many"))
        try app.write("plugins/Many/Other.swift", "import Shared\npublic func other() -> Int8 { shared() }\n")
        #expect(try await app.build() == ["Many", "Shared"])
    }

    @Test func anImporterIsCompiledWhenTheInterfaceChangesAlone() async throws {
        let app = try Self.makeApp()
        try app.write("plugins/Importer.swift", "import Many\npublic func twice() -> Int { other() * 2 }\n")
        #expect(try await app.build() == ["Importer", "Many"])
        try app.write("plugins/Many/Other.swift", Self.other.replacing("{ 5 }", with: "{ 6 }"))
        #expect(try await app.build() == ["Many"])
        try app.write("plugins/Many/Other.swift", Self.other + "public func more() {}\n")
        #expect(try await app.build() == ["Importer", "Many"])
    }
}
