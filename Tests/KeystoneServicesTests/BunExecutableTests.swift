import Glibc
import KeystoneServices
import KeystoneSupport
import Testing

@Suite struct BunExecutableTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func fake(_ name: String, saying version: String) throws -> String {
        let path = directory.path + "/" + name
        try makeDirectories(parentDirectory(of: path))
        try SmallFile.replace(path, with: Array("#!/bin/sh\necho '\(version)'\n".utf8))
        chmod(path, 0o755)
        return path
    }

    private func find(_ environment: [String: String]) async throws -> BunExecutable {
        try await BunExecutable.find(engine: directory.path + "/engine", environment: environment)
    }

    @Test func looksInOrder() async throws {
        let inPath = try fake("bin/bun", saying: "1.3.5")
        let search = "/nope:\(directory.path)/bin"
        #expect(try await find(["PATH": search]).path == inPath)
        let own = try fake("engine/.tools/bun", saying: "1.4.0")
        #expect(try await find(["PATH": search]).path == own)
        let given = try fake("given", saying: "1.5.1-canary.20260101")
        let found = try await find(["PATH": search, "KEYSTONE_BUN": given])
        #expect(found == BunExecutable(path: given, version: BunVersion(major: 1, minor: 5, patch: 1)))
    }

    @Test func saysHowToMendIt() async throws {
        let old = try fake("old", saying: "1.2.9")
        let other = try fake("other", saying: "hello")
        func message(_ environment: [String: String]) async throws -> String {
            do {
                return "found \(try await find(environment))"
            } catch let error as BunError {
                return error.message
            }
        }
        #expect(try await message([:]).contains("Install it from https://bun.sh, or set KEYSTONE_BUN"))
        #expect(try await message(["KEYSTONE_BUN": "/nope"]).contains("KEYSTONE_BUN is \"/nope\""))
        #expect(try await message(["KEYSTONE_BUN": old]).contains("Keystone needs 1.3.0 or newer"))
        #expect(try await message(["KEYSTONE_BUN": other]).contains("not a Bun"))
    }

    @Test func portsAreRemembered() throws {
        let memory = PortMemory(appID: "com.example.x", environment: ["XDG_STATE_HOME": directory.path + "/state"])
        #expect(memory.load() == 0)
        memory.save(43117)
        #expect(memory.load() == 43117)
        for bad in ["", "80", "99999", "x", String(repeating: "1", count: 100)] {
            try SmallFile.replace(memory.path, with: Array(bad.utf8))
            #expect(memory.load() == 0)
        }
        PortMemory(path: "/proc/nope/port").save(43117)
    }

    @Test func environmentCarriesTheContract() {
        var environment = BunEnvironment(
            appRoot: "/a/bun", appID: "com.x", appName: "X", sessionToken: "t", mode: .packaged, engine: "/e")
        environment.networkEndpoints = ["a.com", "b.com"]
        let variables = environment.variables(
            inherited: [
                "PATH": "/bin", "KEYSTONE_WORKER_NAME": "old", "KEYSTONE_DATA_DIR": "/old", "KEYSTONE_PUBLIC_API": "u",
            ], port: 5000)
        #expect(variables["PATH"] == "/bin" && variables["KEYSTONE_PUBLIC_API"] == "u")
        #expect(variables["KEYSTONE_WORKER_NAME"] == nil && variables["KEYSTONE_DATA_DIR"] == nil)
        #expect(variables["KEYSTONE_PORT"] == "5000" && variables["KEYSTONE_MODE"] == "packaged")
        #expect(variables["KEYSTONE_NETWORK_ENDPOINTS"] == "a.com,b.com")
    }
}
