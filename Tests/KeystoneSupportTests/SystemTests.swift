import Glibc
import KeystoneSupport
import Testing

@Suite struct SystemTests {
    @Test func logPathFollowsTheRule() {
        #expect(LogPath.resolve(environment: ["KEYSTONE_LOG": "/x.log"], packaged: true, appID: "a") == "/x.log")
        #expect(LogPath.resolve(environment: ["TMPDIR": "/t/"], packaged: false, appID: "a") == "/t/keystone.log")
        #expect(LogPath.resolve(environment: [:], packaged: false, appID: nil) == "/tmp/keystone.log")
        #expect(
            LogPath.resolve(environment: ["HOME": "/h"], packaged: true, appID: "com.x")
                == "/h/.local/state/com.x/keystone.log")
        #expect(
            LogPath.resolve(environment: ["HOME": "/h", "XDG_STATE_HOME": "/s"], packaged: true, appID: "com.x")
                == "/s/com.x/keystone.log")
    }

    @Test func appIDStaysOneComponent() {
        let environment = ["XDG_STATE_HOME": "/s"]
        #expect(XDGDirectory.state.path(appID: "../../etc", environment: environment) == "/s/.._.._etc")
        #expect(XDGDirectory.state.path(appID: "..", environment: environment) == "/s/keystone")
    }

    @Test func tokensAreLongAndDiffer() {
        let tokens = Set((0..<100).map { _ in RandomToken.hex() })
        #expect(tokens.count == 100)
        #expect(tokens.allSatisfy { $0.utf8.count == 64 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test func smallFilesAreReplacedWholeAndBounded() throws {
        let directory = try TemporaryDirectory()
        let path = directory.path + "/f"
        try SmallFile.replace(path, with: Array("one".utf8))
        try SmallFile.replace(path, with: Array("second".utf8))
        #expect(try SmallFile.read(path, limit: 6) == Array("second".utf8))
        #expect(throws: SystemError(code: EFBIG, operation: "read", path: path)) {
            try SmallFile.read(path, limit: 5)
        }
    }

    @Test func errorsTellWhatAndWhere() {
        let error = SystemError(code: ENOENT, operation: "open", path: "/nope")
        #expect(error.description == "open /nope: No such file or directory")
    }

    @Test func descriptorsAreClosedOnExecAndOnce() throws {
        let (read, write) = try OwnedDescriptor.pipe()
        #expect(fcntl(read.number, F_GETFD) & FD_CLOEXEC != 0)
        let number = write.number
        write.close()
        write.close()
        #expect(write.number == -1)
        #expect(fcntl(number, F_GETFD) == -1)
    }

    @Test func directoriesAreMadeWithTheirParents() throws {
        let directory = try TemporaryDirectory()
        try makeDirectories(directory.path + "/a/b/c")
        try makeDirectories(directory.path + "/a/b/c")
        #expect(access(directory.path + "/a/b/c", F_OK) == 0)
        try SmallFile.replace(directory.path + "/file", with: [])
        #expect(throws: SystemError.self) { try makeDirectories(directory.path + "/file/x") }
    }
}
