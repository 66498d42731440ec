internal import Glibc
internal import KeystoneSupport

/// One module of a build: compiles it to the stage, where it is not up to date.
struct ModuleBuild: Sendable {
    let builder: NativeBuilder
    let stage: BuildStage
    let module: NativeModule
    /// Of every module of the project; their libraries and interfaces are there, or on the stage.
    let imports: [String: [String]]
    /// One of the imports could not be built.
    var failedImport: String?
    var generated: String?
    let onEvent: @Sendable (BuildEvent) -> Void

    struct Result: Sendable {
        var entry: BuildReport.Entry
        /// Importers have to be compiled against it.
        var hasNewInterface = false
        /// For what is on the stage, without the library's version.
        var record: BuildRecord?
    }

    func run() async throws -> Result {
        let project = stage.project, needed = BuildOrder.closure(of: module.name, imports: imports)
        let invocation = CompilerInvocation(
            module: module, project: project, toolchain: builder.toolchain, mode: builder.mode, stage: stage,
            dependencies: project.modules.filter { needed.contains($0.name) }, generated: generated)
        // Taken before the compiler reads: what is saved meanwhile is found to be newer the next time.
        let record = BuildRecord(
            imports: imports[module.name] ?? [], sources: BuildRecord.sources(of: module), inputs: inputs(invocation),
            output: BuildRecord.output(module.library))
        let installed = BuildRecord.read(BuildRecord.path(module.name, in: project))
        // Both that a build makes: importers need the interface, whoever took it away.
        if installed == record, fileExists(module.library), fileExists(project.interface(module)) {
            return Result(entry: BuildReport.Entry(module: module, outcome: .upToDate))
        }
        if let failedImport {
            return Result(entry: BuildReport.Entry(module: module, outcome: .skipped(dependency: failedImport)))
        }
        onEvent(.compiling(module))
        let (outcome, diagnostics) = try await make(invocation, installed: installed, next: record)
        let entry = BuildReport.Entry(module: module, outcome: outcome, diagnostics: diagnostics)
        guard outcome == .built else { return Result(entry: entry) }
        return Result(entry: entry, hasNewInterface: stage.settleInterface(of: module), record: record)
    }

    private func inputs(_ invocation: CompilerInvocation) -> String {
        let interfaces = invocation.dependencies.map { other in
            "\(other.name) \(FileStamp(stage.currentInterface(other))?.description ?? "gone")"
        }
        return ([builder.toolchain.stamp, invocation.fingerprint] + interfaces).joined(separator: "\n")
    }

    private func make(
        _ invocation: CompilerInvocation, installed: BuildRecord?, next: BuildRecord
    ) async throws -> (BuildReport.Outcome, [CompilerDiagnostic]) {
        guard invocation.isIncremental else { return try await compile(invocation.steps(nil)) }
        for other in invocation.dependencies { stage.provideInterface(of: other) }
        let directory = stage.objects(module)
        let objects = try ObjectDirectory(directory, installed: installed, next: next, sources: module.sources)
        let (outcome, diagnostics) = try await compile(invocation.steps(objects))
        // The driver traps where a file that it kept is damaged, and says nothing about it.
        guard outcome == .failed, !diagnostics.contains(where: { $0.severity == .error && $0.file != nil }) else {
            return (outcome, diagnostics)
        }
        SourceTree.remove(directory)
        let empty = try ObjectDirectory(directory, installed: nil, next: next, sources: module.sources)
        return try await compile(invocation.steps(empty))
    }

    private func compile(
        _ steps: [CompilerCommand]
    ) async throws -> (BuildReport.Outcome, [CompilerDiagnostic]) {
        var diagnostics: [CompilerDiagnostic] = []
        for command in steps {
            try Task.checkCancellation()
            let output = try await builder.run(command)
            diagnostics = CompilerDiagnostic.essential(diagnostics + CompilerDiagnostic.parse(output.text))
            guard output.status != 0 else { continue }
            if !diagnostics.contains(where: { $0.severity == .error }) {
                diagnostics.append(Self.unexplained(command, output))
            }
            // What was made so far is nobody's to import or to link.
            for file in [stage.interface(module), stage.library(module)] { unlink(file) }
            return (.failed, diagnostics)
        }
        return (.built, diagnostics)
    }

    /// A compiler that fails without a message has crashed, as a rule.
    private static func unexplained(_ command: CompilerCommand, _ output: CompilerOutput) -> CompilerDiagnostic {
        let program = command.executable.split(separator: "/").last ?? ""
        let last = output.text.split(separator: "\n").suffix(3).joined(separator: " ")
        return CompilerDiagnostic(
            severity: .error, text: "\(program) ended with code \(output.status) \(last.prefix(400))")
    }
}
