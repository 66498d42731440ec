import Glibc
import KeystoneCore
import KeystoneSupport
import Testing

@Suite struct EnginePackagesTests {
    private let directory: TemporaryDirectory
    private var engine: String { directory.path + "/engine" }
    private var bunRoot: String { directory.path + "/app/bun" }

    init() throws {
        directory = try TemporaryDirectory()
        try makeDirectories(directory.path + "/app/bun")
        for name in ["bun", "bun/sdk", "bun/lib"] {
            try makeDirectories(engine + "/" + name)
            try directory.write("engine/\(name)/package.json", "{}")
        }
    }

    /// Where the package's place leads to, without links.
    private func place(_ name: String) throws -> String { try resolvedPath("\(bunRoot)/node_modules/\(name)") }

    @Test func missingLinksAndThoseThatLeadNowhereAreMade() throws {
        try makeDirectories(bunRoot + "/node_modules/@keystone")
        symlink("/nowhere/sdk", bunRoot + "/node_modules/@keystone/sdk")
        try EnginePackages(engine: engine).linkMissing(in: bunRoot)
        #expect(try place("@keystone/sdk") == resolvedPath(engine + "/bun/sdk"))
        #expect(try place("@keystone/lib") == resolvedPath(engine + "/bun/lib"))
        #expect(try place("keystone-desktop") == resolvedPath(engine + "/bun"))
    }

    @Test func whatAnImportFindsStays() throws {
        try makeDirectories(bunRoot + "/node_modules/@keystone/sdk")
        try directory.write("app/bun/node_modules/@keystone/sdk/package.json", "{}")
        try makeDirectories(directory.path + "/app/node_modules/@keystone/lib")
        try directory.write("app/node_modules/@keystone/lib/package.json", "{}")
        try EnginePackages(engine: engine).linkMissing(in: bunRoot)
        #expect(try place("@keystone/sdk") == resolvedPath(bunRoot) + "/node_modules/@keystone/sdk")
        #expect(throws: SystemError.self) { try place("@keystone/lib") }
    }

    @Test func aDirectoryThatIsInTheWayIsAnError() throws {
        try makeDirectories(bunRoot + "/node_modules/keystone-desktop")
        #expect(throws: SystemError.self) { try EnginePackages(engine: engine).linkMissing(in: bunRoot) }
        #expect(fileExists(bunRoot + "/node_modules/keystone-desktop"))
    }
}
