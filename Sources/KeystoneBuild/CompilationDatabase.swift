internal import Glibc
package import KeystoneSupport

/// `compile_commands.json` in an app's directory: what sourcekit-lsp, and by it an editor, reads an app's Swift with.
///
/// It holds paths of this machine, and is made anew whenever it says something else than the sources that are there.
package enum CompilationDatabase {
    package static let fileName = "compile_commands.json"
    /// What every entry of ours has as its output; a file with others is somebody else's.
    private static let output = ".keystone/"
    private static let maximumSize = 16 << 20

    /// Writes it where it is missing or stale; takes it away from an app that has no Swift sources any more.
    ///
    /// - Parameter scripts: The app's scripts, absolute.
    /// - Returns: False where a file lies there that is not ours, and was left alone.
    @discardableResult
    package static func update(
        for project: NativeProject, scripts: [String], toolchain: Toolchain
    ) throws(SystemError) -> Bool {
        let path = "\(project.directory)/\(fileName)"
        let old = try? SmallFile.read(path, limit: maximumSize)
        if let old, !isOurs(old) { return false }
        let entries = entries(project, scripts, toolchain)
        guard !entries.isEmpty else {
            if old != nil { try systemCall("remove", path: path) { unlink(path) } }
            return true
        }
        // A line a file: it may be read.
        let text = "[\n" + entries.map { $0.serializedString() }.joined(separator: ",\n") + "\n]\n"
        if old != Array(text.utf8) { try SmallFile.replace(path, with: Array(text.utf8)) }
        return true
    }

    private static func isOurs(_ bytes: [UInt8]) -> Bool {
        guard let entries = (try? JSONValue.parse(bytes))?.array else { return false }
        return entries.allSatisfy { $0["output"]?.string?.hasPrefix(output) == true }
    }

    private static func entries(
        _ project: NativeProject, _ scripts: [String], _ toolchain: Toolchain
    ) -> [JSONValue] {
        let modules: [NativeModule] = project.modules + scripts.compactMap { try? ScriptBuild.module($0, in: project) }
        var entries: [JSONValue] = []
        for module in modules {
            let arguments = [toolchain.programs + "/swiftc"] + driverArguments(module, project, toolchain)
            for source in module.sources {
                entries.append([
                    "directory": .string(project.directory), "file": .string(source),
                    "output": .string("\(output)\(module.name)"), "arguments": .array(arguments.map { .string($0) }),
                ])
            }
        }
        return entries
    }

    /// As the driver takes them. All of a module's files: they know each other without an import.
    private static func driverArguments(
        _ module: NativeModule, _ project: NativeProject, _ toolchain: Toolchain
    ) -> [String] {
        var arguments = ["-module-name", module.name, "-swift-version", "6", "-parse-as-library"]
        arguments += ["-I", toolchain.engine.modules, "-I", project.moduleDirectory]
        for directory in CompilerInvocation.headerDirectories(of: module) { arguments += ["-I", directory] }
        return arguments + module.sources
    }
}
