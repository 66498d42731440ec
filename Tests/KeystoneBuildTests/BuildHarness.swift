import Foundation
import KeystoneBuild
import TestSupport
import Testing

/// An app's directory, with an engine to compile against, whose `Keystone` has what these tests need.
final class TestApp: Sendable {
    let directory: TemporaryDirectory
    let engine: EngineLibraries

    init(_ files: [String: String] = [:]) throws {
        directory = try TemporaryDirectory()
        engine = try TestEngine.shared.get()
        for (name, text) in files { try write(name, text) }
    }

    var path: String { directory.path }

    func write(_ name: String, _ text: String) throws { try directory.write(name, text) }

    func link(_ name: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: "\(path)/\(name)", withDestinationPath: target)
    }

    /// Runs a shell command in the app's directory.
    func run(_ command: String) throws {
        let output = try collect("/bin/sh", ["-c", command], in: path)
        try #require(output.status == 0, "\(output.text)")
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: "\(path)/\(name)") }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    func contents(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")) }

    func project() throws -> NativeProject { try NativeProject.scan(path, libraries: "dylib") }

    func builder(mode: BuildMode = .development, _ run: @escaping CompilerRunner = runProcess) throws -> NativeBuilder {
        let toolchain = try Toolchain.find(environment: ProcessInfo.processInfo.environment, engine: engine)
        return NativeBuilder(toolchain: toolchain, mode: mode, run: run)
    }

    /// Builds, and returns what was compiled.
    func build() async throws -> [String] {
        let report = try await builder().build(project())
        try #require(report.succeeded, "\(report.errors)")
        return report.entries.filter { $0.outcome == .built }.map(\.module.name).sorted()
    }

    /// What `readelf -d` says.
    func dynamicSection(_ name: String) throws -> String {
        try collect("/usr/bin/readelf", ["-d", "\(path)/\(name)"], in: path).text
    }

    /// What `readelf --dyn-syms` says.
    func symbols(_ name: String) throws -> String {
        try collect("/usr/bin/readelf", ["--dyn-syms", "\(path)/\(name)"], in: path).text
    }
}

/// Made once for all tests.
enum TestEngine {
    static let shared = Result { try make() }

    private static let framework = """
        public func keystone() -> Int { 1 }
        public struct CoreContext {}
        public typealias PluginExport = Int
        public final class ScriptPlugin {
            public init(name: String, run: @escaping @MainActor (CoreContext) async throws -> Void) {}
        }
        @resultBuilder public enum PluginListBuilder {
            public static func buildBlock(_ plugin: ScriptPlugin) -> ScriptPlugin { plugin }
        }
        public func exportPlugins(@PluginListBuilder _ plugins: () -> ScriptPlugin) -> PluginExport { 0 }
        """

    private static func make() throws -> EngineLibraries {
        // Not a `TemporaryDirectory`: it lives as long as the process does.
        let path = NSTemporaryDirectory() + "keystone-test-engine-\(getpid())"
        let release = path + "/Host/.build/release"
        try FileManager.default.createDirectory(atPath: release + "/Modules", withIntermediateDirectories: true)
        let source = release + "/Keystone.swift"
        try Data(framework.utf8).write(to: URL(fileURLWithPath: source))
        let arguments = [
            "swiftc", "-parse-as-library", "-emit-library", "-o", "libKeystone.so", "-module-name", "Keystone",
            "-emit-module-path", "Modules/Keystone.swiftmodule", source,
        ]
        let made = try collect("/usr/bin/env", arguments, in: release)
        try #require(made.status == 0, "\(made.text)")
        return try EngineLibraries.find(engine: path, programs: path)
    }
}

let runProcess: CompilerRunner = { command in
    try collect(command.executable, command.arguments, in: command.directory)
}

private func collect(_ program: String, _ arguments: [String], in directory: String) throws -> CompilerOutput {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: directory)
    let pipe = Pipe()
    (process.standardOutput, process.standardError) = (pipe, pipe)
    try process.run()
    let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return CompilerOutput(status: process.terminationStatus, text: text)
}
