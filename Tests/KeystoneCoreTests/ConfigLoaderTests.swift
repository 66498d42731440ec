import Glibc
import KeystoneCore
import KeystoneSupport
import Testing

@Suite struct ConfigLoaderTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func load(_ environment: [String: String] = [:]) -> LoadedConfig {
        ConfigLoader.load(appDirectory: directory.path, environment: environment)
    }

    @Test func theLongerNameComesFirst() throws {
        try directory.write("keystone.json", #"{"name": "Second", "id": "a.b"}"#)
        #expect(load().config.name == "Second")
        try directory.write("keystone.config.json", #"{"name": "First", "id": "a.b"}"#)
        let loaded = load()
        #expect(loaded.config.name == "First")
        #expect(loaded.file == "\(directory.path)/keystone.config.json")
        #expect(
            loaded.diagnostics.map(\.description) == [
                "\(directory.path)/keystone.json: warning: ignored, since keystone.config.json is there"
            ])
    }

    @Test func withoutAFileThereAreDevelopmentDefaults() throws {
        try makeDirectories(directory.path + "/2 My Äpp/bun")
        let loaded = ConfigLoader.load(appDirectory: directory.path + "/2 My Äpp/")
        #expect(loaded.file == nil)
        #expect(loaded.diagnostics.isEmpty)
        #expect(loaded.config.name == "2 My Äpp")
        #expect(loaded.config.id == "dev.keystone.app-2-my-pp")
        #expect(AppID.isValid(loaded.config.id))
        #expect(loaded.config.bun?.enabled == true)
        #expect(loaded.config.windows.map(\.component) == ["app"])
        #expect(load().config.bun == nil)
    }

    @Test func filesThatCanNotBeReadAreErrors() throws {
        try makeDirectories(directory.path + "/keystone.json")
        #expect(load().errors.map(\.message) == ["this is not a regular file"])
    }

    @Test func aDanglingLinkAndAPipeAreErrorsAndDoNotBlock() throws {
        #expect(symlink("/nowhere/at/all", directory.path + "/keystone.json") == 0)
        #expect(load().hasErrors)
        #expect(mkfifo(directory.path + "/keystone.config.json", 0o600) == 0)
        #expect(load().errors.map(\.message) == ["this is not a regular file"])
    }

    @Test func hugeFilesAreErrors() throws {
        try directory.write("keystone.json", [UInt8](repeating: 0x20, count: (4 << 20) + 1))
        #expect(load().errors.map(\.message) == ["larger than the 4 MiB allowed"])
    }

    @Test func textThatIsNotUTF8IsAnError() throws {
        try directory.write("keystone.json", [0xFF, 0xFE, 0x7B, 0, 0x7D, 0])
        #expect(load().errors.map(\.message) == ["the file is not UTF-8 (it looks like UTF-16); save it as UTF-8"])
        try directory.write(
            "keystone.json", Array("// ".utf8) + [0xC3, 0x0A] + Array(#"{"name":"A","id":"a.b"}"#.utf8))
        #expect(load().errors.map(\.message) == ["the file is not UTF-8; save it as UTF-8"])
    }

    @Test func deeplyNestedFilesAreErrors() throws {
        try directory.write("keystone.json", String(repeating: "[", count: 1_000_000))
        #expect(load().errors.map(\.message) == ["arrays and objects are nested more than 128 levels deep"])
    }

    @Test func theEnvironmentOverridesTheFile() throws {
        try directory.write("keystone.json", #"{"name": "A", "id": "a.b", "rendering": "gpu"}"#)
        let loaded = load(["KEYSTONE_RENDERING": "software"])
        #expect(loaded.config.rendering == .software)
        #expect(loaded.origins["rendering"] == .environment(variable: "KEYSTONE_RENDERING"))
        let wrong = load(["KEYSTONE_RENDERING": "fast"])
        #expect(wrong.config.rendering == .gpu)
        #expect(wrong.warnings.count == 1)
        #expect(!wrong.hasErrors)
    }
}
