internal import Glibc
package import KeystoneSupport

extension NativeProject {
    /// Where the libraries of scripts lie.
    package var scriptLibraries: String { Self.scriptLibraries(of: directory) }

    /// The same for an app's directory.
    package static func scriptLibraries(of directory: String) -> String { directory + "/.keystone/scripts" }

    /// What the scripts in a directory become, as far as their names are those of modules.
    package func scriptModules(in directory: String) throws(SystemError) -> [NativeModule] {
        try Self.scripts(in: directory).compactMap { try? ScriptBuild.module($0, in: self) }
    }

    /// The scripts directly in a directory, absolute, sorted; none where it is missing.
    package static func scripts(in directory: String) throws(SystemError) -> [String] {
        try SourceTree.entries(of: directory).filter(SourceTree.isSource).map(\.path)
    }
}

extension NativeBuilder {
    /// Compiles the scripts that are not up to date, one after the other, and removes the libraries of those that are gone.
    /// The plugins that scripts import must have been built.
    ///
    /// A script that can't be compiled, or that has a name that it can't have, is `failed` with diagnostics, and leaves its old
    /// library. Throws as `build` does.
    /// - Parameter directory: That of the scripts, absolute.
    package func buildScripts(
        in directory: String, of project: NativeProject, onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }
    ) async throws -> BuildReport {
        var report = BuildReport()
        let scripts = try NativeProject.scripts(in: directory)
        for script in scripts {
            let entry: BuildReport.Entry
            do {
                try ScriptBuild.checkName(script, in: project)
                entry = try await buildScript(script, of: project, onEvent: onEvent)
            } catch let error as BuildError {
                entry = ScriptBuild.failure(script, project, error)
            }
            if entry.outcome != .upToDate { onEvent(.finished(entry)) }
            report.entries.append(entry)
        }
        report.removed = try ScriptBuild.removeLeftovers(of: project, besides: Set(scripts.map(ScriptBuild.scriptName)))
        return report
    }
}

extension ScriptBuild {
    /// Libraries of scripts and of plugins are found by their names, which must not meet.
    fileprivate static func checkName(_ source: String, in project: NativeProject) throws(BuildError) {
        let name = scriptName(source)
        guard let plugin = project.module(name)?.sources.first else { return }
        throw BuildError("there is a plugin of the same name, \(plugin); rename one of them")
    }

    fileprivate static func failure(
        _ source: String, _ project: NativeProject, _ error: BuildError
    ) -> BuildReport.Entry {
        let name = scriptName(source)
        let module = NativeModule(
            name: name + suffix, kind: .script, sources: [source],
            library: "\(project.scriptLibraries)/lib\(name).so")
        return BuildReport.Entry(
            module: module, outcome: .failed,
            diagnostics: [CompilerDiagnostic(file: source, line: 1, column: 1, severity: .error, text: "\(error)")])
    }

    /// Removes the libraries of scripts that are gone, and what was noted of them; returns the libraries' paths.
    fileprivate static func removeLeftovers(
        of project: NativeProject, besides names: Set<String>
    ) throws(SystemError) -> [String] {
        var removed: [String] = []
        for entry in try SourceTree.entries(of: project.scriptLibraries)
        where entry.name.hasPrefix("lib") && entry.name.hasSuffix(".so") {
            let name = String(entry.name.dropFirst("lib".count).dropLast(".so".count))
            guard !names.contains(name) else { continue }
            try systemCall("remove", path: entry.path) { unlink(entry.path) }
            for file in [".json", "_entry.swift"] { unlink("\(project.buildRecords)/\(name)\(suffix)\(file)") }
            unlink("\(project.moduleDirectory)/\(name)\(suffix).swiftmodule")
            removed.append(entry.path)
        }
        return removed
    }
}
