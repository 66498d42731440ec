import Foundation
import KeystoneSigning
import TestSupport
import Testing

@testable import KeystonePlugins

/// Real processes that crash in real libraries.
@Suite struct CrashWatchTests {
    struct Outcome {
        let signal: Int32?
        let output: String
        let reports: [CrashReport]
        var report: CrashReport? { reports.first }
    }

    /// Compiled once for all tests.
    private static let libraries = Result { () throws -> TemporaryDirectory in
        let directory = try TemporaryDirectory()
        let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Fixtures/crash").standardizedFileURL.path
        let swift = ["-swift-version", "6", "-O", "-emit-library", "\(fixtures)/crashes.swift", "-o"]
        try tool("swiftc", swift + ["\(directory.path)/libSwift.so", "-module-name", "Swiftly"])
        try tool("swiftc", swift + ["\(directory.path)/libOther.so", "-module-name", "Other"])
        let c = ["-O2", "-fomit-frame-pointer", "-shared", "-fPIC", "\(fixtures)/crashes.c", "-o"]
        try tool("clang", c + ["\(directory.path)/libC.so"])
        try tool("clang", c + ["\(directory.path)/libStart.so", "-DCRASH_AT_START"])
        return directory
    }

    private static func tool(_ name: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(name) \(arguments)")
    }

    private func start(
        _ mode: String, _ libraries: [String], _ directory: TemporaryDirectory, _ environment: [String: String]
    ) throws -> (Process, Pipe) {
        let place = try Self.libraries.get().path
        let process = Process()
        let programs = Bundle.main.executableURL?.deletingLastPathComponent().path ?? "."
        process.executableURL = URL(fileURLWithPath: programs + "/CrashingProgram")
        process.arguments = [directory.path + "/crashes", mode] + libraries.map { "\(place)/lib\($0).so" }
        process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
            .merging(environment) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        return (process, pipe)
    }

    private func crash(
        _ mode: String, in libraries: String..., environment: [String: String] = [:]
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        let (process, pipe) = try start(mode, libraries, directory, environment)
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        return try outcome(process, output, directory)
    }

    private func outcome(_ process: Process, _ output: String, _ directory: TemporaryDirectory) throws -> Outcome {
        process.waitUntilExit()
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path + "/crashes")
        let reports = try files.map { name in
            try CrashReport(Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory.path)/crashes/\(name)"))))
        }
        let signal = process.terminationReason == .uncaughtSignal ? process.terminationStatus : nil
        return Outcome(signal: signal, output: output, reports: reports)
    }

    @Test(
        .timeLimit(.minutes(3)),
        arguments: [
            ("crash_trap", SIGILL, "element"), ("crash_segv", SIGSEGV, "crash_segv"),
            ("crash_abort", SIGABRT, "crash_abort"),
            ("crash_fatal", SIGILL, "crash_fatal"), ("crash_cast", SIGABRT, "crash_cast"),
            ("crash_overflow", SIGSEGV, "depth"), ("crash_async", SIGILL, "element"),
            ("crash_dispatch", SIGILL, "element"),
            ("crash_thread", SIGSEGV, "crash"), ("crash_together", SIGSEGV, "crash"),
        ])
    func `The plugin is named, and the exit is the signal's`(_ mode: String, _ signal: Int32, _ function: String) throws
    {
        let outcome = try crash(mode, in: "Other", "Swift")
        #expect(outcome.signal == signal, "\(outcome.output)")
        #expect(outcome.reports.count == 1)
        let report = try #require(outcome.report, "\(outcome.output)")
        #expect(report.plugin == "Swift" && report.generation == 7)
        #expect(
            report.signal == ["SIGILL": SIGILL, "SIGSEGV": SIGSEGV, "SIGABRT": SIGABRT].first { $1 == signal }?.key)
        #expect(report.function?.contains(function) == true, "\(report.function ?? "no function")")
        #expect(report.offset?.hasPrefix("0x") == true)
        #expect(abs(report.time - Int(Date.now.timeIntervalSince1970)) < 60)
        #expect(outcome.output.contains("in the plugin \"Swift\", generation 7; the report is /"))
    }

    @Test func `Code without frame pointers is found`() throws {
        let outcome = try crash("crash_c", in: "Swift", "C")
        #expect(outcome.signal == SIGABRT && outcome.report?.plugin == "C", "\(outcome.output)")
    }

    @Test func `The innermost plugin is to blame`() throws {
        #expect(try crash("crash_through+crash_segv", in: "Swift", "Other").report?.plugin == "Other")
        #expect(try crash("crash_through+crash_abort", in: "Other", "Swift").report?.plugin == "Swift")
        // What the program does for it counts as its own.
        #expect(try crash("own", in: "Swift").report?.plugin == "Swift")
    }

    @Test func `A library that crashes while it is mapped is named`() throws {
        let outcome = try crash("none", in: "Swift", "Start")
        #expect(outcome.signal == SIGSEGV && outcome.report?.plugin == "Start", "\(outcome.output)")
        #expect(outcome.report?.offset == nil)
    }

    @Test func `A crash outside of all plugins is nobody's`() throws {
        let outcome = try crash("nobody", in: "Swift")
        #expect(outcome.signal == SIGABRT && outcome.reports.isEmpty)
    }

    @Test func `A fault that somebody else mends is left to them`() throws {
        let outcome = try crash("mended", in: "Swift")
        #expect(
            outcome.signal == nil && outcome.output.contains("read 0") && outcome.reports.isEmpty, "\(outcome.output)")
    }

    /// Best effort: there is no stack to run the handler on.
    @Test(.timeLimit(.minutes(1))) func `A stack overflow on another thread ends the process all the same`() throws {
        #expect(try crash("crash_thread_overflow", in: "Swift").signal == SIGSEGV)
    }

    @Test(.timeLimit(.minutes(1))) func `A signal from outside blames nobody`() throws {
        let directory = try TemporaryDirectory()
        let (process, pipe) = try start("crash_wait", ["Swift"], directory, [:])
        _ = pipe.fileHandleForReading.availableData
        kill(process.processIdentifier, SIGSEGV)
        let outcome = try outcome(process, "", directory)
        #expect(outcome.signal == SIGSEGV && outcome.reports.isEmpty)
    }

    @Test(.timeLimit(.minutes(2))) func `Swift's own backtrace is still printed`() throws {
        let environment = ["SWIFT_BACKTRACE": "enable=yes,color=no,interactive=no,sanitize=no"]
        let outcome = try crash("crash_trap", in: "Swift", environment: environment)
        #expect(outcome.signal == SIGILL && outcome.report?.plugin == "Swift")
        #expect(outcome.output.contains("crashed"), "\(outcome.output)")
    }
}
