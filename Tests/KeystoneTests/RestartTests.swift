import Glibc
import KeystoneSupport
import TestSupport
import Testing

@testable import Keystone

struct RestartTests {
    private let states: SavedStates.States = [
        "Clock": ["service/clock": [1, 2, 3], "logic/ticks": []], "Ünï": ["core/x": Array(repeating: 7, count: 70_000)],
    ]
    private let log = Logger("test")

    @Test func statesComeBackAsTheyWere() {
        #expect(SavedStates.decode(SavedStates.encode(states)) == states)
        #expect(SavedStates.decode([]) == [:])
    }

    @Test func bytesThatAreCutOffAreNone() {
        let bytes = SavedStates.encode(["a": ["b": [1, 2, 3]]])
        for count in 1..<bytes.count { #expect(SavedStates.decode(Array(bytes.prefix(count))) == nil) }
        #expect(SavedStates.decode([255, 255, 255, 255]) == nil)
        #expect(SavedStates.decode([255, 255, 255, 127, 0]) == nil)
    }

    @Test func anyBytesAreReadOrRefused() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0..<64, using: &generator)).map { _ in
                UInt8.random(in: 0...9, using: &generator)
            }
            if let states = SavedStates.decode(bytes) {
                #expect(states.values.allSatisfy { !$0.isEmpty })
            }
        }
    }

    @Test func aFileIsTheUsersAloneAndReadOnce() throws {
        let directory = try TemporaryDirectory()
        let file = try RestartFile(states, in: directory.path)
        #expect(try mode(file.path) == 0o600)
        let variables = [RestartFile.variable: file.path]
        #expect(RestartFile.take(variables, from: directory.path, log: log) == states)
        #expect(!fileExists(file.path))
        #expect(RestartFile.take(variables, from: directory.path, log: log) == [:])
    }

    @Test func aFileFromElsewhereIsLeftAlone() throws {
        let directory = try TemporaryDirectory()
        try directory.write("elsewhere/restart-1", SavedStates.encode(states))
        try directory.write("state/keep", SavedStates.encode(states))
        let state = directory.path + "/state"
        for path in [
            directory.path + "/elsewhere/restart-1", state + "/../elsewhere/restart-1", state + "/keep", "restart-1",
            "",
        ] {
            #expect(RestartFile.take([RestartFile.variable: path], from: state, log: log) == [:])
        }
        #expect(fileExists(directory.path + "/elsewhere/restart-1") && fileExists(state + "/keep"))
    }

    private func mode(_ path: String) throws -> UInt32 {
        var status = stat()
        try systemCall("stat", path: path) { stat(path, &status) }
        return status.st_mode & 0o777
    }
}
