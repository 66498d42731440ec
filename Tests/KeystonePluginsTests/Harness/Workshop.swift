import Foundation
import KeystonePlugins
import KeystoneSupport
import Synchronization
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

    init() throws {
        directory = try TemporaryDirectory()
        for path in [plugins, extensions] { try makeDirectories(path) }
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

    /// Builds a library of these lines and puts it into its place in one step.
    func library(
        _ name: String, _ source: String, needs: [String] = [], in folder: String? = nil, flags: [String] = []
    ) throws {
        let file = "lib\(name).so"
        let libraries = needs.flatMap { ["-L", plugins, "-L", plugins + "/native", "-l:lib\($0).so"] }
        let made = try Workshop.cache.withLock { cache throws in
            try cache.library(source, key: [source, name] + needs + flags, libraries + flags)
        }
        let place = "\(folder ?? plugins)/\(file)"
        try makeDirectories(parentDirectory(of: place))
        try SmallFile.replace(place, with: SmallFile.read(made, limit: 1 << 24))
    }

    /// Compiles C, with the compiler that comes with Swift.
    func compile(_ source: String, to path: String, _ arguments: [String] = []) throws {
        try Workshop.cache.withLock { cache throws in try cache.compile(source, to: path, arguments) }
    }

    func run(_ program: String, _ arguments: [String]) throws { try Workshop.run(program, arguments) }

    /// Many tests want the same libraries.
    private static let cache = Mutex(LibraryCache())

    private struct LibraryCache: ~Copyable {
        fileprivate var directory: TemporaryDirectory?
        private var made: [[String]: String] = [:]
        private var count = 0

        mutating func library(_ source: String, key: [String], _ arguments: [String]) throws -> String {
            if let path = made[key] { return path }
            let place = try framework()
            count += 1
            let path = "\(place)/made-\(count).so"
            try compile(source, to: path, ["-shared"] + arguments + ["-L", place, "-lKeystone", "-Wl,-rpath,\(place)"])
            made[key] = path
            return path
        }

        /// A library in the place of the framework, whose symbols a test program doesn't export.
        private mutating func framework() throws -> String {
            if let directory { return directory.path }
            let new = try TemporaryDirectory()
            directory = new
            atexit { Workshop.cache.withLock { $0.directory = nil } }
            try compile("void keystone_abi_1(void) {}", to: new.path + "/libKeystone.so", ["-shared"])
            return new.path
        }

        mutating func compile(_ source: String, to path: String, _ arguments: [String]) throws {
            let file = path + ".c"
            try SmallFile.replace(file, with: Array(source.utf8))
            try Workshop.run("clang", ["-fPIC", "-o", path, file] + arguments)
        }
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
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
