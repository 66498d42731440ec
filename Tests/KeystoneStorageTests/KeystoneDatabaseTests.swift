import Foundation
import KeystoneStorage
import Testing

/// A directory of the test's own, removed with it.
final class Directory {
    let path = FileManager.default.temporaryDirectory.path + "/keystone-storage-\(UUID().uuidString)"
    var database: String { path + "/app/data.db" }

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: path) }
}

struct KeystoneDatabaseTests {
    let directory: Directory
    let database: KeystoneDatabase

    init() throws {
        directory = try Directory()
        database = try KeystoneDatabase(path: directory.database)
    }

    private func expect(_ code: DatabaseError.Code, _ body: () throws -> Void) {
        do {
            try body()
            Issue.record("nothing was thrown, \(code) expected")
        } catch let error as DatabaseError {
            #expect(error.code == code, "\(error)")
        } catch {
            Issue.record("\(error) is no DatabaseError")
        }
    }

    @Test func textsBytesAndValuesComeBack() throws {
        struct Layout: Codable, Equatable {
            var file: String
            var scroll: Double
            var tabs: [String: Int?]
        }
        let layout = Layout(file: "ä\u{0}\n", scroll: 0.1, tabs: ["one": 1, "none": nil])
        try database.setString("", forKey: "empty")
        try database.setString("ünïcode 🎉\u{0}end", forKey: "text")
        try database.setBytes([], forKey: "no bytes")
        try database.setBytes([0, 255, 10], forKey: "bytes")
        try database.setValue(layout, forKey: "layout")
        try database.setValue(42, forKey: "number")

        let again = try KeystoneDatabase(path: directory.database)
        #expect(try again.string(forKey: "empty") == "")
        #expect(try again.string(forKey: "text") == "ünïcode 🎉\u{0}end")
        #expect(try again.bytes(forKey: "no bytes") == [])
        #expect(try again.bytes(forKey: "bytes") == [0, 255, 10])
        #expect(try again.value(forKey: "layout") == layout)
        #expect(try again.value(Int.self, forKey: "number") == 42)
        #expect(try again.string(forKey: "missing") == nil)
        #expect(try again.value(Int.self, forKey: "missing") == nil)
    }

    @Test func nilAndRemoveTakeAwayAndPrefixesAreLiteral() throws {
        for key in ["a%:1", "a%:2", "ab:1", "ä:1"] { try database.setString("x", forKey: key) }
        try database.setString("y", forKey: "a%:1")
        #expect(try database.keys(prefix: "a%") == ["a%:1", "a%:2"])
        #expect(try database.removeAll(prefix: "a%") == 2)
        #expect(try database.keys() == ["ab:1", "ä:1"])
        try database.setString(nil, forKey: "ab:1")
        try database.remove("never there")
        #expect(try database.keys() == ["ä:1"])
        #expect(try database.removeAll() == 1)
    }

    @Test func aTransactionIsStoredWholeOrNotAtAll() throws {
        struct Stop: Error {}
        try database.setString("old", forKey: "a")
        #expect(throws: Stop.self) {
            try database.transaction { entries in
                try entries.setString("new", forKey: "a")
                try entries.setString("new", forKey: "b")
                #expect(try entries.string(forKey: "a") == "new")
                throw Stop()
            }
        }
        #expect(try database.string(forKey: "a") == "old")
        #expect(try database.keys() == ["a"])
        let length = try database.transaction { entries in
            try entries.setValue([1, 2], forKey: "list")
            return try entries.bytes(forKey: "list")?.count
        }
        #expect(length == 5)
    }

    @Test func theDatabaseInsideItsOwnTransactionIsAnErrorNotADeadlock() throws {
        expect(.nestedUse) {
            try database.transaction { entries in
                try entries.setString("lost", forKey: "a")
                _ = try database.string(forKey: "a")
            }
        }
        #expect(try database.keys().isEmpty)
        var kept: KeystoneDatabase.Transaction?
        try database.transaction { kept = $0 }
        expect(.nestedUse) { try kept?.setString("late", forKey: "a") }
    }

    @Test func whatCannotBeStoredIsRefused() throws {
        expect(.invalidValue) { try database.setString("x", forKey: "") }
        expect(.invalidValue) { try database.setString("x", forKey: "a\u{0}b") }
        expect(.invalidValue) { try database.setString("x", forKey: String(repeating: "k", count: 4097)) }
        expect(.invalidValue) { try database.setValue(Double.infinity, forKey: "a") }
        try database.setBytes([0xFF], forKey: "bytes")
        expect(.invalidValue) { _ = try database.string(forKey: "bytes") }
        expect(.invalidValue) { _ = try database.value(Int.self, forKey: "bytes") }
        #expect(try database.keys() == ["bytes"])
    }

    @Test func manyThreadsCountWithoutLosingAny() async throws {
        let database = database
        try await withThrowingTaskGroup { group in
            for _ in 0..<16 {
                group.addTask {
                    for _ in 0..<50 {
                        try database.transaction { entries in
                            let count = try entries.value(Int.self, forKey: "count") ?? 0
                            try entries.setValue(count + 1, forKey: "count")
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try database.value(Int.self, forKey: "count") == 800)
    }

    @Test(arguments: ["this is no database, but it is long enough to look at", String(repeating: "\u{1}", count: 8192)])
    func aFileThatIsNoDatabaseIsSetAside(content: String) throws {
        let path = directory.path + "/other.db"
        try content.write(toFile: path, atomically: false, encoding: .utf8)
        let fresh = try KeystoneDatabase(path: path)
        try fresh.setString("works", forKey: "a")
        let aside = try #require(fresh.setAside)
        #expect(try String(contentsOfFile: aside, encoding: .utf8) == content)
        #expect(try KeystoneDatabase(path: path).setAside == nil)
    }

    @Test func aPathThatCannotBeOpenedNamesIt() throws {
        expect(.cannotOpen) { _ = try KeystoneDatabase(path: directory.path) }
        expect(.cannotOpen) { _ = try KeystoneDatabase(path: "/proc/nothing/data.db") }
    }
}

/// Other processes at the same file.
struct DatabaseProcessTests {
    private func writer(_ arguments: String...) throws -> (Process, Pipe) {
        let process = Process()
        let directory = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        process.executableURL = URL(fileURLWithPath: directory + "/DatabaseWriter")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        return (process, pipe)
    }

    @Test func whatWasAcknowledgedSurvivesAKill() throws {
        let directory = try Directory()
        for round in 1...5 {
            let (process, pipe) = try writer(directory.database, "round\(round)")
            var output = Data()
            // Killed wherever it happens to be, a little later each time.
            while output.count < round * 400 { output += pipe.fileHandleForReading.availableData }
            kill(process.processIdentifier, SIGKILL)
            output += pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            let lines = String(decoding: output, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let acknowledged = lines.dropLast().count

            let database = try KeystoneDatabase(path: directory.database)
            #expect(database.setAside == nil)
            for number in 0..<acknowledged {
                #expect(try database.string(forKey: "round\(round):a:\(number)") == "a\(number)")
                #expect(try database.string(forKey: "round\(round):b:\(number)") == "b\(number)")
            }
            // No transaction is there by half.
            #expect(
                try database.keys(prefix: "round\(round):a:").count == database.keys(prefix: "round\(round):b:").count)
        }
    }

    @Test func severalProcessesWriteAtOnce() throws {
        let directory = try Directory()
        let writers = try (0..<4).map { try writer(directory.database, "writer\($0)", "100") }
        for (process, pipe) in writers {
            _ = pipe.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        #expect(try KeystoneDatabase(path: directory.database).keys().count == 800)
    }
}
