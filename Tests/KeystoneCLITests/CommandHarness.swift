import Foundation
import Testing

/// A directory of its own with a home in it, removed with its owner.
final class Sandbox {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/keystone-cli-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path + "/home", withIntermediateDirectories: true)
    }

    deinit {
        // Some tests take the right to write away.
        _ = chmod(path + "/app/bun", 0o755)
        try? FileManager.default.removeItem(atPath: path)
    }

    func write(_ name: String, _ text: String, executable: Bool = false) throws {
        let file = URL(fileURLWithPath: "\(path)/\(name)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        if executable {
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        }
    }

    func read(_ name: String) throws -> String { try String(contentsOfFile: "\(path)/\(name)", encoding: .utf8) }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: "\(path)/\(name)") }

    func link(_ name: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)")
    }

    /// A minimal app in `app/`.
    func writeApp(_ config: String = #"{"name": "T", "id": "a.b.c", "bun": {"root": "bun"}}"#) throws {
        try write("app/keystone.json", config)
        try write("app/bun/web/app.ts", "export function mount() {}\n")
    }
}

struct CommandResult {
    let code: Int32
    let out: String
    let err: String
}

/// The checkout that holds this test.
let checkout = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

extension Sandbox {
    /// An engine with this checkout's TypeScript and templates, and a host and a Bun that tell what they were given.
    func makeEngine(bunVersion: String = "1.4.4") throws -> String {
        try write("engine/Package.swift", "")
        try write("engine/bun/host.ts", "")
        for name in ["sdk", "lib", "package.json", "tsconfig.base.json"] {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/engine/bun/\(name)", withDestinationPath: "\(checkout)/bun/\(name)")
        }
        try FileManager.default.createSymbolicLink(
            atPath: "\(path)/engine/templates", withDestinationPath: "\(checkout)/templates")
        try write(
            "engine/.tools/bun",
            "#!/bin/sh\n[ \"$1\" = --version ] && echo \(bunVersion) && exit\n"
                + "echo \"bun $* in $PWD\" >&2\n[ -e \(path)/install-works ] || exit 7\n"
                + "mkdir -p node_modules/left-pad && echo '{}' > node_modules/left-pad/package.json\n",
            executable: true)
        return path + "/engine"
    }

    /// Runs the built command to its end, with `engine/` as its engine where there is one.
    func keystone(_ arguments: [String], in directory: String? = nil, environment: [String: String] = [:]) throws
        -> CommandResult
    {
        let binary = try #require(Bundle.main.executableURL).resolvingSymlinksInPath().deletingLastPathComponent()
        return try run(binary.appendingPathComponent("keystone"), arguments, directory, environment)
    }

    /// As `keystone`, by way of an executable with another `keystone-host` beside it.
    func keystoneBesideFakeHost(_ arguments: [String]) throws -> CommandResult {
        let binary = try #require(Bundle.main.executableURL).resolvingSymlinksInPath().deletingLastPathComponent()
        let copy = path + "/bin/keystone"
        try write(
            "bin/keystone-host", "#!/bin/sh\necho \"host $*\"\necho \"$KEYSTONE_ENGINE $KEYSTONE_BUN\"\nexit 9\n",
            executable: true)
        try FileManager.default.copyItem(atPath: binary.appendingPathComponent("keystone").path, toPath: copy)
        return try run(URL(fileURLWithPath: copy), arguments, nil, ["LD_LIBRARY_PATH": binary.path])
    }

    private func run(
        _ binary: URL, _ arguments: [String], _ directory: String?, _ extra: [String: String]
    ) throws -> CommandResult {
        var environment = ["HOME": path + "/home", "PATH": "/usr/bin:/bin"]
        if exists("engine") { environment["KEYSTONE_ENGINE"] = path + "/engine" }
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        environment.merge(extra) { $1 }
        let process = Process()
        process.executableURL = binary
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory ?? path)
        // Files rather than pipes: both can be read at leisure, whatever their size.
        let out = path + "/out-\(UUID().uuidString)", err = path + "/err-\(UUID().uuidString)"
        for file in [out, err] { #expect(FileManager.default.createFile(atPath: file, contents: nil)) }
        process.standardOutput = FileHandle(forWritingAtPath: out)
        process.standardError = FileHandle(forWritingAtPath: err)
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return CommandResult(
            code: process.terminationStatus, out: try String(contentsOfFile: out, encoding: .utf8),
            err: try String(contentsOfFile: err, encoding: .utf8))
    }
}
