import KeystonePlugins
import TestSupport
import Testing

@Suite struct PluginDiscoveryTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func discovery() -> PluginDiscovery {
        PluginDiscovery([
            PluginDirectory(origin: .community, path: directory.path + "/extensions"),
            PluginDirectory(origin: .bundled, path: directory.path + "/dylib"),
            PluginDirectory(origin: .user, path: directory.path + "/missing"),
        ])
    }

    @Test func onlyLibrariesInTheDirectoriesThemselvesCount() throws {
        for name in [
            "dylib/libB.so", "dylib/a.so", "dylib/native/libN.so", "dylib/libC.so.1", "dylib/.libD.so",
            "dylib/notes.txt",
            "dylib/lib.so", "extensions/libE.so", "dylib/folder.so/libF.so",
        ] {
            try directory.write(name, "x")
        }
        let found = discovery()
        #expect(found.files.map(\.name) == ["a", "B", "E"].sorted { $0.lowercased() < $1.lowercased() })
        #expect(found.files.map(\.origin) == [.bundled, .bundled, .community])
        #expect(found.refused.isEmpty)
    }

    @Test func theFirstOfANameCounts() throws {
        for name in ["dylib/libB.so", "extensions/libB.so", "dylib/B.so"] { try directory.write(name, "x") }
        let found = discovery()
        #expect(found.files.map(\.path) == [directory.path + "/dylib/B.so"])
        #expect(found.refused.map(\.code) == [.conflict, .conflict])
        #expect(found.refused.first?.message.contains("dylib/B.so") == true)
    }

    @Test func namesThatTheSystemsLoaderWouldReadOtherwiseAreRefused() throws {
        try directory.write("dylib/lib$LIB.so", "x")
        #expect(discovery().files.isEmpty)
        #expect(discovery().refused.map(\.code) == [.unsafePath])
    }
}
