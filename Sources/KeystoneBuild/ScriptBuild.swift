internal import Glibc
internal import KeystoneSupport

extension NativeBuilder {
    /// Compiles `scripts/NAME.swift` to `.keystone/scripts/libNAME.so`, where it is not up to date.
    ///
    /// The library's entry exports one plugin,
    /// `ScriptPlugin(name: "NAME", run: { context in try await run(context) })`: the framework's
    /// `ScriptPlugin` takes the name and a `@escaping @MainActor (CoreContext) async throws -> Void`. A script may import the
    /// app's plugins, which must have been built (`build`).
    ///
    /// - Parameter source: The script, absolute. Its name must be one that a Swift module may have.
    /// - Returns: Its entry: `upToDate`, `built`, or `failed` with diagnostics; the library is `entry.module.library`. Throws as
    ///   `build` does.
    package func buildScript(
        _ source: String, of project: NativeProject, onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }
    ) async throws -> BuildReport.Entry {
        let module = try ScriptBuild.module(source, in: project)
        let stage = try BuildStage(project)
        defer { stage.remove() }
        let generated = try ScriptBuild.writeEntry(module, in: project)
        let scan = ImportScan(project: project, toolchain: toolchain, run: run)
        var imports = try await self.imports(of: project)
        imports[module.name] = try await scan.currentImports(of: module)
        let step = ModuleBuild(
            builder: self, stage: stage, module: module, imports: imports, generated: generated, onEvent: onEvent)
        let result = try await step.run()
        try Task.checkCancellation()
        if let record = result.record {
            try stage.install(module)
            try record.write(BuildRecord.path(module.name, in: project))
        }
        var entry = result.entry
        entry.diagnostics = entry.diagnostics.map { ScriptBuild.explained($0, generated: generated, source: source) }
        return entry
    }
}

/// What a script has that a plugin has not: its name, and an entry that is written for it.
enum ScriptBuild {
    /// A script and a plugin may have one name; their modules may not.
    static let suffix = "_script"

    static func scriptName(_ source: String) -> String {
        let file = source.split(separator: "/").last ?? ""
        return String(file.hasSuffix(".swift") ? file.dropLast(".swift".count) : file)
    }

    static func module(_ source: String, in project: NativeProject) throws(BuildError) -> NativeModule {
        let name = scriptName(source)
        if let fault = NativeModule.fault(ofName: name + suffix) { throw BuildError("\(source): \(fault)") }
        return NativeModule(
            name: name + suffix, kind: .script, sources: [source],
            library: "\(project.scriptLibraries)/lib\(name).so")
    }

    /// Writes the source with the library's entry, unless it is there already; returns its path.
    static func writeEntry(_ module: NativeModule, in project: NativeProject) throws(SystemError) -> String {
        let path = "\(project.buildRecords)/\(module.name)_entry.swift"
        let name = module.name.dropLast(suffix.count)
        let lines = [
            "import Keystone", "", "@c(keystone_plugins) public func keystoneScriptEntry() -> PluginExport {",
            #"    exportPlugins { ScriptPlugin(name: "\#(name)", run: { context in try await run(context) }) }"#, "}",
            "",
        ]
        let text = lines.joined(separator: "\n")
        if (try? SmallFile.read(path, limit: 1 << 16)) != Array(text.utf8) {
            try SmallFile.replace(path, with: Array(text.utf8))
        }
        return path
    }

    /// Complaints about the entry are about what it calls.
    static func explained(
        _ diagnostic: CompilerDiagnostic, generated: String, source: String
    ) -> CompilerDiagnostic {
        guard diagnostic.file == generated else { return diagnostic }
        let needed = "a script needs @MainActor func run(_ context: CoreContext) async throws"
        return CompilerDiagnostic(
            file: source, line: 1, column: 1, severity: diagnostic.severity, text: "\(needed): \(diagnostic.text)")
    }
}
