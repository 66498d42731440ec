internal import Dispatch
internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSigning
internal import KeystoneSupport

/// Makes the libraries of an app's Swift sources.
struct NativeBuild: Sendable {
    let project: AppProject
    let engine: Engine
    var mode = BuildMode.development

    /// Builds what has changed and shows what the compiler says; keeps the editors' `compile_commands.json` up. `nil` for an app
    /// without Swift sources.
    func run(_ context: CommandContext) throws -> BuildReport? {
        do {
            let native = try NativeProject.scan(project.directory, libraries: project.config.plugins.dir)
            let scripts = project.scriptDirectory
            let hasPlugins = !native.isEmpty && project.config.plugins.enabled
            guard hasPlugins || scripts.map(Files.isDirectory) == true else { return nil }
            let toolchain = try toolchain(context)
            let builder = NativeBuilder(toolchain: toolchain, mode: mode, run: Self.runCompiler)
            try updateDatabase(native, toolchain)
            let signing = try signing(context)
            let directory = Files.absolute(".")
            return try Waiting.run {
                let show: @Sendable (BuildEvent) -> Void = { Self.show($0, from: directory) }
                var report = hasPlugins ? try await builder.build(native, onEvent: show) : BuildReport()
                if let scripts { report.add(try await builder.buildScripts(in: scripts, of: native, onEvent: show)) }
                try signing?.sign(report.libraries)
                for library in report.removed { Console.step("Removed \(library), since its sources are gone") }
                return report
            }
        } catch let error as BuildError {
            throw CommandFailure(error.description)
        } catch let error as SigningError {
            throw CommandFailure("\(error)")
        }
    }

    /// Where the app asks for signatures and a key is there.
    private func signing(_ context: CommandContext) throws(SigningError) -> BuildSigning? {
        project.config.plugins.publicKeys.isEmpty ? nil : try BuildSigning(environment: context.environment)
    }

    /// Keeps `compile_commands.json` up without building anything. An app without Swift, or a machine without a Swift compiler,
    /// has no use for it.
    func updateDatabase(_ context: CommandContext) {
        guard let native = try? NativeProject.scan(project.directory, libraries: project.config.plugins.dir),
            let toolchain = try? toolchain(context)
        else { return }
        do {
            try updateDatabase(native, toolchain)
        } catch {
            Console.warning("\(CompilationDatabase.fileName), which editors read, can't be written: \(error)")
        }
    }

    private func updateDatabase(_ native: NativeProject, _ toolchain: Toolchain) throws(SystemError) {
        let scripts = try project.scriptDirectory.map(NativeProject.scripts) ?? []
        if try !CompilationDatabase.update(for: native, scripts: scripts, toolchain: toolchain) {
            Console.warning(
                "\(project.directory)/\(CompilationDatabase.fileName) is not Keystone's and was left alone: editors may not "
                    + "find the module Keystone. Move it away to get another one.")
        }
    }

    private func toolchain(_ context: CommandContext) throws(BuildError) -> Toolchain {
        let libraries = try EngineLibraries.find(engine: engine.root, programs: Files.parent(context.executable))
        return try Toolchain.find(environment: context.environment, engine: libraries)
    }

    /// What is to be said of a build that failed.
    static func failure(_ report: BuildReport) -> CommandFailure {
        let failed = report.entries.filter { $0.outcome != .built && $0.outcome != .upToDate }.map(\.module.pluginName)
        return CommandFailure("\(report.errors.count(of: "error")) in \(failed.joined(separator: ", "))")
    }

    private static func show(_ event: BuildEvent, from directory: String) {
        switch event {
        case .compiling(let module):
            Console.step("Compiling \(module.name)")
        case .finished(let entry):
            for diagnostic in entry.diagnostics { Console.note(diagnostic.described(from: directory)) }
            if case .skipped(let dependency) = entry.outcome {
                Console.note("\(entry.module.name) was not built: it imports \(dependency)")
            }
        case .held(let module, let other):
            Console.note("\(module.name) was not replaced: \(other) imports it and still needs the old one")
        }
    }

    /// Reading and waiting block, which Swift's own threads must not.
    private static let runCompiler: CompilerRunner = { command in
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(
                    with: Result {
                        let (code, text) = try Tool.collect(
                            command.executable, command.arguments, in: command.directory)
                        return CompilerOutput(status: code, text: text)
                    })
            }
        }
    }
}
