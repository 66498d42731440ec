import Glibc
import Testing

@testable import KeystoneSupport

@Suite struct LogSinkTests {
    private let directory: TemporaryDirectory
    private let null: OwnedDescriptor

    init() throws {
        directory = try TemporaryDirectory()
        null = OwnedDescriptor(try systemCall("open") { open("/dev/null", O_WRONLY | O_CLOEXEC) })
    }

    private func sink(level: String = "debug", standardError: Int32? = nil) -> LogSink {
        LogSink(environment: ["KEYSTONE_LOG_LEVEL": level], standardError: standardError ?? null.number)
    }

    private func text(_ name: String) throws -> String {
        String(decoding: try SmallFile.read(directory.path + "/" + name, limit: 64 << 20), as: UTF8.self)
    }

    @Test func linesOfManyThreadsAreWhole() async throws {
        let sink = sink()
        #expect(sink.open(file: directory.path + "/deep/er/app.log"))
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    let logger = Logger("t\(task)", sink: sink)
                    for index in 0..<500 { logger.info("<\(index) \(String(repeating: "x", count: index % 90))>") }
                }
            }
        }
        let lines = try text("deep/er/app.log").split(separator: "\n")
        #expect(lines.count == 4000)
        #expect(lines.allSatisfy { $0.hasPrefix("2") && $0.contains(" info [t") && $0.hasSuffix(">") })
        for task in 0..<8 { #expect(lines.filter { $0.contains("[t\(task)] ") }.count == 500) }
    }

    @Test func dropsLinesBelowTheLevel() throws {
        let sink = sink(level: "WARNING")
        #expect(sink.open(file: directory.path + "/app.log"))
        let logger = Logger("host", sink: sink)
        logger.info("not this")
        logger.error("this")
        #expect(try text("app.log").contains("error [host] this\n"))
        #expect(try !text("app.log").contains("not this"))
    }

    @Test func fileIsPrivateAndNeverInherited() throws {
        let sink = sink()
        let path = directory.path + "/app.log"
        #expect(sink.open(file: path))
        var status = stat()
        #expect(stat(path, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func refusesALink() throws {
        let target = directory.path + "/precious"
        try SmallFile.replace(target, with: Array("keep".utf8))
        #expect(symlink(target, directory.path + "/app.log") == 0)
        let sink = sink()
        #expect(!sink.open(file: directory.path + "/app.log"))
        Logger("host", sink: sink).info("goes to standard error alone")
        #expect(try text("precious") == "keep")
    }

    @Test(.enabled(if: geteuid() == 0, "only root can give files away")) func refusesAFileOfAnotherUser() throws {
        let path = directory.path + "/app.log"
        try SmallFile.replace(path, with: [])
        try #require(chown(path, 65534, 65534) == 0)
        #expect(!sink().open(file: path))
    }

    @Test func refusesAPipeWithoutWaitingForAReader() throws {
        let path = directory.path + "/pipe"
        #expect(mkfifo(path, 0o600) == 0)
        #expect(!sink().open(file: path))
    }

    @Test func rotatesAndKeepsThree() throws {
        let sink = sink()
        #expect(sink.open(file: directory.path + "/app.log", limit: 4096, keep: 3))
        let logger = Logger("host", sink: sink)
        for index in 0..<400 { logger.info("line \(index) \(String(repeating: ".", count: 40))") }
        let names = ["app.log", "app.log.1", "app.log.2", "app.log.3"]
        for name in names { #expect(try text(name).utf8.count < 5000) }
        #expect(access(directory.path + "/app.log.4", F_OK) != 0)
        #expect(try text("app.log.1").split(separator: "\n").last != nil)
        let all = try names.reversed().map(text).joined().split(separator: "\n")
        #expect(all.last?.contains("line 399 ") == true)
    }

    @Test func followsAnotherProcessThatRotated() throws {
        let path = directory.path + "/app.log"
        let sink = sink()
        #expect(sink.open(file: path, limit: 4096, keep: 3))
        let logger = Logger("host", sink: sink)
        logger.info("old")
        #expect(rename(path, path + ".1") == 0)
        for _ in 0..<20 { logger.info(String(repeating: "n", count: 60)) }
        #expect(try text("app.log").contains("nnn"))
    }

    @Test func reportsAFileThatFailsOnceAndGoesOn() throws {
        let (read, write) = try OwnedDescriptor.pipe()
        let sink = sink(standardError: write.number)
        let path = directory.path + "/gone/app.log"
        #expect(sink.open(file: path, limit: 64, keep: 1))
        // A directory in the file's place: neither rotation nor reopening can work.
        #expect(unlink(path) == 0)
        #expect(mkdir(path, 0o700) == 0)
        let logger = Logger("host", sink: sink)
        for index in 0..<5 { logger.info("line \(index)") }
        write.close()
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = Glibc.read(read.number, &bytes, bytes.count)
        let lines = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
        #expect(lines.filter { $0.contains("takes no more lines") }.count == 1)
        #expect(lines.filter { $0.contains("] line ") }.count == 5)
    }

    @Test func complainsAboutAnUnknownLevel() throws {
        let (read, write) = try OwnedDescriptor.pipe()
        let sink = sink(level: "loud", standardError: write.number)
        #expect(sink.minimumLevel == .info)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(read.number, &bytes, bytes.count)
        #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).contains("allowed: debug, info"))
    }
}
