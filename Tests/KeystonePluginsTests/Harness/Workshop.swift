import Foundation
import KeystonePlugins
import KeystoneSupport
import TestSupport

/// A directory for plugins, and a compiler that makes real ones: libraries of a few lines of C, since the loader knows
/// nothing of Swift.
final class Workshop {
    let directory: TemporaryDirectory
    /// `plugins.dir`.
    var plugins: String { directory.path + "/dylib" }
    /// `plugins.extensionDir`.
    var extensions: String { directory.path + "/extensions" }
    var shadows: String { directory.path + "/shadows" }
    private var built = 0

    init() throws {
        directory = try TemporaryDirectory()
        for path in [plugins, extensions, directory.path + "/lib"] { try makeDirectories(path) }
        // In the place of the framework, whose symbols a test program doesn't export.
        try compile("void keystone_abi_1(void) {}", to: directory.path + "/lib/libKeystone.so")
    }

    var directories: [PluginDirectory] {
        [
            PluginDirectory(origin: .bundled, path: plugins),
            PluginDirectory(origin: .community, path: extensions),
        ]
    }

    func path(_ name: String) -> String { "\(plugins)/lib\(name).so" }

    func file(_ name: String) -> PluginFile { PluginFile(name: name, path: path(name), origin: .bundled) }

    func bytes(_ name: String) throws -> [UInt8] { try SmallFile.read(path(name), limit: 1 << 24) }

    /// Builds a plugin whose export is an integer: `value` is a C expression, in which `Other()` is the value of the plugin
    /// `Other`, where it `needs` that.
    func plugin(
        _ name: String, _ value: String, needs: [String] = [], in folder: String? = nil, flags: [String] = []
    ) throws {
        let declarations = needs.map { "int \($0)(void);" }.joined(separator: " ")
        try library(
            name,
            """
            void keystone_abi_1(void); \(declarations)
            int \(name)(void) { return \(value); }
            static int result;
            void *keystone_plugins(void) { keystone_abi_1(); result = \(name)(); return &result; }
            """, needs: needs, in: folder, flags: flags)
    }

    /// Builds a library of these lines and moves it into its place in one step.
    func library(
        _ name: String, _ source: String, needs: [String] = [], in folder: String? = nil, flags: [String] = []
    ) throws {
        let file = "lib\(name).so"
        let draft = "\(directory.path)/\(file)"
        let libraries = needs.flatMap { ["-L", plugins, "-L", plugins + "/native", "-l:lib\($0).so"] }
        let framework = ["-L", directory.path + "/lib", "-lKeystone", "-Wl,-rpath,\(directory.path)/lib"]
        try compile(source, to: draft, libraries + framework + flags)
        let place = "\(folder ?? plugins)/\(file)"
        try makeDirectories(parentDirectory(of: place))
        try FileManager.default.moveReplacing(draft, place)
    }

    /// Compiles C, with the compiler that comes with Swift.
    func compile(_ source: String, to path: String, _ arguments: [String] = [], shared: Bool = true) throws {
        built += 1
        let file = "\(directory.path)/source-\(built).c"
        try SmallFile.replace(file, with: Array(source.utf8))
        try run("clang", (shared ? ["-shared"] : []) + ["-fPIC", "-o", path, file] + arguments)
    }

    func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let errors = Pipe()
        process.standardError = errors
        try process.run()
        let text = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WorkshopError(description: "\(program): \(String(decoding: text, as: UTF8.self))")
        }
    }
}

struct WorkshopError: Error, CustomStringConvertible {
    let description: String
}

extension FileManager {
    func moveReplacing(_ from: String, _ to: String) throws {
        guard rename(from, to) == 0 else { throw SystemError.last("rename", path: to) }
    }
}
