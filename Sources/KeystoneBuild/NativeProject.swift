internal import KeystoneSupport

/// The Swift sources of an app, as they lie in its directory (docs/contributors/plugins.md).
package struct NativeProject: Sendable, Hashable {
    /// The app's directory, absolute.
    package let directory: String
    /// The core first, then the plugins by name.
    package let modules: [NativeModule]

    /// What the build keeps; not under version control.
    package var buildDirectory: String { directory + "/.keystone" }

    /// What the build remembers.
    var buildRecords: String { buildDirectory + "/build" }

    /// What the compiler keeps of modules of several files.
    var objectDirectory: String { buildRecords + "/objects" }

    /// The modules' interfaces, as importers read them.
    package var moduleDirectory: String { buildDirectory + "/modules" }

    func interface(_ module: NativeModule) -> String { "\(moduleDirectory)/\(module.name).swiftmodule" }

    /// Where libraries of other languages lie, that plugins may link.
    package let nativeLibraries: String

    /// Neither sources nor anything that was made of sources.
    package var isEmpty: Bool { modules.isEmpty && !fileExists(buildRecords) }

    package func module(_ name: String) -> NativeModule? { modules.first { $0.name == name } }

    /// The directories that sources may lie in, for whoever watches them: those that are there.
    package static func sourceDirectories(of directory: String) -> [String] {
        ["app", "plugins"].flatMap { (try? SourceTree.directories(below: "\(directory)/\($0)")) ?? [] }
    }

    /// Looks for sources. An app without any costs two system calls.
    ///
    /// - Parameters:
    ///   - directory: The app's, absolute.
    ///   - libraries: Where its libraries go: `plugins.dir`, absolute or relative to the app's directory.
    package static func scan(_ directory: String, libraries: String) throws(BuildError) -> NativeProject {
        let libraries = libraries.hasPrefix("/") ? libraries : "\(directory)/\(libraries)"
        do {
            let modules = try core(directory + "/app", libraries) + plugins(directory + "/plugins", libraries)
            return NativeProject(directory: directory, modules: modules, nativeLibraries: libraries + "/native")
        } catch let error as BuildError {
            throw error
        } catch {
            throw BuildError("\(error)")
        }
    }

    private static func core(_ directory: String, _ libraries: String) throws -> [NativeModule] {
        let sources = try SourceTree.sources(below: directory)
        guard !sources.isEmpty else { return [] }
        let name = NativeModule.coreName
        return [NativeModule(name: name, kind: .core, sources: sources, library: "\(libraries)/lib\(name).so")]
    }

    private static func plugins(_ directory: String, _ libraries: String) throws -> [NativeModule] {
        var places: [String: String] = [:]
        var modules: [NativeModule] = []
        for entry in try SourceTree.entries(of: directory) {
            guard let (name, sources) = try plugin(entry) else { continue }
            if let fault = NativeModule.fault(ofName: name) { throw BuildError("\(entry.path): \(fault)") }
            if let other = places.updateValue(entry.path, forKey: name) {
                throw BuildError("\(other) and \(entry.path) are both the plugin \(name); keep one of them")
            }
            modules.append(
                NativeModule(name: name, kind: .plugin, sources: sources, library: "\(libraries)/lib\(name).so"))
        }
        return modules.sorted { $0.name < $1.name }
    }

    private static func plugin(_ entry: SourceTree.Entry) throws -> (name: String, sources: [String])? {
        if SourceTree.isSource(entry) { return (String(entry.name.dropLast(".swift".count)), [entry.path]) }
        guard entry.isDirectory else { return nil }
        let sources = try SourceTree.sources(below: entry.path)
        return sources.isEmpty ? nil : (entry.name, sources)
    }
}
