import KeystoneSupport
import TestSupport
import Testing

@testable import Keystone

@Suite struct FastPathTests {
    private let temporary: TemporaryDirectory
    private var directory: String { temporary.path }

    init() throws {
        temporary = try TemporaryDirectory()
    }

    @Test func `The first place that has the library counts`() throws {
        try SmallFile.replace(directory + "/" + FastPath.library, with: [])
        let path = FastPath(isWanted: true, places: ["/nowhere", directory, "/elsewhere"])
        #expect(path.extensionDirectory == directory)
        #expect(path.description.contains(directory))
        #expect(path.makeLoop(Logger("test")) != nil)
    }

    @Test func `Without a library pages use script messages, and the log names the places`() {
        let path = FastPath(isWanted: true, places: ["/nowhere", "/elsewhere"])
        #expect(path.extensionDirectory == nil)
        #expect(path.description.contains("/nowhere, /elsewhere"))
        #expect(path.makeLoop(Logger("test")) == nil)
    }

    @Test func `So they do where that is wanted`() {
        #expect(FastPath(isWanted: false, places: [directory]).extensionDirectory == nil)
    }

    @Test func `The variable takes on and off`() throws {
        let executable = "/proc/self/exe"
        func wants(_ text: String?) throws -> Bool {
            var variables = ["KEYSTONE_ENGINE": engine]
            variables["KEYSTONE_FAST_PATH"] = text
            return try LaunchEnvironment(variables: variables, executable: executable).wantsFastPath
        }
        try makeDirectories(engine + "/bun")
        try SmallFile.replace(engine + "/bun/host.ts", with: [])
        #expect(try wants(nil))
        #expect(try wants("on"))
        #expect(try !wants("off"))
        #expect { try wants("maybe") } throws: { "\($0)".contains("takes on or off") }
    }

    private var engine: String { directory + "/engine" }
}
