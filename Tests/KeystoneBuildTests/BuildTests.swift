import Foundation
import KeystoneBuild
import Synchronization
import Testing

/// With the real compiler.
struct BuildTests {
    private static let shared = "public struct Shared { public init() {}; public func value() -> Int { 1 } }\n"
    private static let user =
        "import Shared\nimport Keystone\npublic func use() -> Int { Shared().value() + keystone() }\n"

    @Test func aSecondBuildDoesNothing() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/User/User.swift": Self.user])
        #expect(try await app.build() == ["Shared", "User"])
        let count = Mutex(0)
        let builder = try app.builder { command in
            count.withLock { $0 += 1 }
            return try await runProcess(command)
        }
        let report = try await builder.build(app.project())
        #expect(report.entries.allSatisfy { $0.outcome == .upToDate })
        #expect(count.withLock { $0 } == 0)
    }

    @Test func aLibraryNamesItselfAndWhatItNeeds() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/User/User.swift": Self.user])
        _ = try await app.build()
        let section = try app.dynamicSection("dylib/libUser.so")
        #expect(section.contains("soname: [libUser.so]"))
        #expect(section.contains("Shared library: [libShared.so]"))
        #expect(section.contains("Shared library: [libKeystone.so]"))
        #expect(section.contains("runpath: [$ORIGIN:$ORIGIN/native:"))
        let report = try await app.builder(mode: .release).build(app.project())
        #expect(report.entries.map(\.outcome) == [.built, .built])
        #expect(try app.dynamicSection("dylib/libUser.so").contains("runpath: [$ORIGIN:$ORIGIN/native]"))
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: app.path + "/dylib").sorted() == [
                "libShared.so", "libUser.so",
            ])
    }

    @Test func onlyAChangedInterfaceReachesImporters() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/User.swift": Self.user])
        _ = try await app.build()
        try app.write("plugins/Shared.swift", Self.shared.replacing("{ 1 }", with: "{ 2 }"))
        #expect(try await app.build() == ["Shared"])
        try app.write("plugins/Shared.swift", Self.shared.replacing("init()", with: "var size = 0; public init()"))
        #expect(try await app.build() == ["Shared", "User"])
    }

    @Test func aLibraryThatIsGoneOrReplacedIsMadeAnew() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared])
        _ = try await app.build()
        try app.remove("dylib/libShared.so")
        #expect(try await app.build() == ["Shared"])
        try app.write("dylib/libShared.so", "something else")
        #expect(try await app.build() == ["Shared"])
    }

    @Test func anInterfaceThatIsGoneIsMadeAnewForThoseThatImportIt() async throws {
        let app = try TestApp([
            "plugins/Shared.swift": Self.shared, "plugins/User/User.swift": Self.user, "plugins/User/More.swift": "",
        ])
        _ = try await app.build()
        try app.remove(".keystone/modules/Shared.swiftmodule")
        try app.write("plugins/User/More.swift", "func more() {}\n")
        #expect(try await app.build() == ["Shared", "User"])
    }

    @Test func aRecordThatCannotBeReadIsNone() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared])
        _ = try await app.build()
        for nonsense in ["", "{", "[]", #"{"imports": 1}"#, String(repeating: "[", count: 100_000)] {
            try app.write(".keystone/build/Shared.json", nonsense)
            #expect(try await app.build() == ["Shared"])
        }
    }

    @Test func aLibraryWhoseSourcesAreGoneIsRemoved() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/Other.swift": ""])
        _ = try await app.build()
        try app.write("dylib/libForeign.so", "made by other means")
        try app.remove("plugins/Shared.swift")
        let report = try await app.builder().build(app.project())
        #expect(report.removed == [app.path + "/dylib/libShared.so"])
        #expect(
            !app.exists("dylib/libShared.so") && app.exists("dylib/libOther.so") && app.exists("dylib/libForeign.so"))
    }

    @Test func aFailedBuildLeavesTheOldLibraryAndBuildsTheRest() async throws {
        let app = try TestApp([
            "plugins/Shared.swift": Self.shared, "plugins/User.swift": Self.user, "plugins/Other.swift": "",
        ])
        _ = try await app.build()
        let before = try app.contents("dylib/libShared.so")
        try app.write("plugins/Shared.swift", "public func broken() -> Int {\n    \"text\"\n}\n")
        try app.write("plugins/Other.swift", "func other() {}\n")
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "Shared") == .failed)
        #expect(report.outcome(of: "User") == .upToDate)
        #expect(report.outcome(of: "Other") == .built)
        #expect(try app.contents("dylib/libShared.so") == before)
        let error = try #require(report.errors.first)
        #expect(
            error.described(from: app.path)
                == "plugins/Shared.swift:2:5: error: cannot convert return expression of type 'String' to return type 'Int'"
        )
        // It is tried again, changed or not.
        #expect(try await app.builder().build(app.project()).outcome(of: "Shared") == .failed)
        try app.write("plugins/Shared.swift", Self.shared)
        #expect(try await app.build() == ["Shared"])
    }

    @Test func whatImportsAModuleThatFailedIsNotTried() async throws {
        let app = try TestApp(["plugins/Shared.swift": "broken", "plugins/User.swift": Self.user])
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "User") == .skipped(dependency: "Shared"))
    }

    /// The old library of what imports it fits the old interface alone.
    @Test func aNewInterfaceWaitsForAllThatImportIt() async throws {
        let app = try TestApp([
            "plugins/Base.swift": Self.shared.replacing("Shared", with: "Base"),
            "plugins/Shared.swift": "import Base\n" + Self.shared, "plugins/User.swift": Self.user,
        ])
        _ = try await app.build()
        let before = try app.contents("dylib/libShared.so"), base = try app.contents("dylib/libBase.so")
        try app.write("plugins/Base.swift", "public struct Base { public var size = 0 }\n")
        try app.write("plugins/Shared.swift", "import Base\npublic struct Shared { public init(_ base: Base) {} }\n")
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "User") == .failed)
        #expect(report.outcome(of: "Shared") == .held(for: "User"))
        #expect(report.outcome(of: "Base") == .held(for: "User"))
        #expect(try app.contents("dylib/libShared.so") == before)
        #expect(try app.contents("dylib/libBase.so") == base)
        try app.write("plugins/User.swift", "import Shared\nimport Base\npublic func user() { _ = Shared(Base()) }\n")
        try app.write("plugins/Base.swift", "public struct Base { public var size = 0; public init() {} }\n")
        #expect(try await app.build() == ["Base", "Shared", "User"])
    }

    @Test func aChangedBodyWaitsForNobody() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/User.swift": Self.user])
        _ = try await app.build()
        try app.write("plugins/Shared.swift", Self.shared.replacing("{ 1 }", with: "{ 2 }"))
        try app.write("plugins/User.swift", "broken")
        let report = try await app.builder().build(app.project())
        #expect(report.outcome(of: "Shared") == .built)
        #expect(report.outcome(of: "User") == .failed)
    }

    @Test func nothingOfABuildIsLeftLyingAbout() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared, "plugins/Broken.swift": "broken"])
        _ = try await app.builder().build(app.project())
        let kept = try FileManager.default.contentsOfDirectory(atPath: app.path + "/.keystone/build")
        #expect(kept == ["Shared.json"])
    }

    @Test func whatCannotBeLinkedIsAnErrorOfTheBuild() async throws {
        let app = try TestApp([
            "plugins/Lost.swift": "@_silgen_name(\"nowhere\") func nowhere()\npublic func f() { nowhere() }\n"
        ])
        let report = try await app.builder().build(app.project())
        #expect(report.errors.first?.text == "undefined symbol: nowhere")
        #expect(!app.exists("dylib/libLost.so"))
    }

    @Test func aCircleIsNamed() async throws {
        let app = try TestApp([
            "plugins/A.swift": "import B\n", "plugins/B.swift": "import C\n", "plugins/C.swift": "import A\n",
        ])
        let error = try await #require(throws: BuildError.self) { try await app.builder().build(app.project()) }
        #expect(error.description.contains("A → B → C → A"))
    }

    @Test func onlyTheCompilerDecidesWhatIsAnImport() async throws {
        let app = try TestApp([
            "plugins/A.swift": """
            // import B
            /* import B */
            #if os(macOS)
                import B
            #endif
            let text = \"\"\"
                import B
                \"\"\"
            """,
            "plugins/B.swift": "@preconcurrency import struct A.Thing\n",
        ])
        let report = try await app.builder().build(app.project())
        // No circle; B fails since there is no such type.
        #expect(report.outcome(of: "A") == .built)
        #expect(report.outcome(of: "B") == .failed)
    }

    @Test func aCancelledBuildInstallsNothing() async throws {
        let app = try TestApp(["plugins/Shared.swift": Self.shared])
        let builder = try app.builder { command in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await runProcess(command)
        }
        let project = try app.project()
        await #expect(throws: CancellationError.self) { try await builder.build(project) }
        #expect(!app.exists("dylib/libShared.so"))
        #expect(!app.exists("dylib"))
    }

    @Test func aCompilerThatDiesIsExplained() async throws {
        let app = try TestApp(["plugins/Shared.swift": ""])
        let builder = try app.builder { _ in CompilerOutput(status: 139, text: "Stack dump:\n0. program arguments\n") }
        let report = try await builder.build(app.project())
        let text = try #require(report.errors.first?.text)
        #expect(text.contains("swift-frontend ended with code 139") && text.contains("Stack dump"))
    }

    @Test func aPluginMayImportACModuleAndLinkItsLibrary() async throws {
        let app = try TestApp([
            "plugins/Sum/Sum.swift": "import CSum\npublic func sum() -> Int32 { native_sum(1, 2) }\n",
            "plugins/Sum/include/module.modulemap": "module CSum { header \"sum.h\" link \"sum\" }\n",
            "plugins/Sum/include/sum.h": "int native_sum(int a, int b);\n",
            "sum.c": "int native_sum(int a, int b) { return a + b; }\n",
        ])
        try app.run(
            "mkdir -p dylib/native && clang -shared -fPIC -Wl,-soname,libsum.so sum.c -o dylib/native/libsum.so")
        #expect(try await app.build() == ["Sum"])
        #expect(try app.dynamicSection("dylib/libSum.so").contains("Shared library: [libsum.so]"))
    }
}
