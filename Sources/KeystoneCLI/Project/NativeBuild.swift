internal import Dispatch
internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSupport

/// Makes the libraries of an app's Swift sources.
struct NativeBuild: Sendable {
    let project: AppProject
    let engine: Engine
    let mode: BuildMode

    /// Builds what has changed and shows what the compiler says. `nil` for an app without Swift sources.
    func run(_ context: CommandContext) throws -> BuildReport? {
        do {
            let native = try NativeProject.scan(project.directory, libraries: project.config.plugins.dir)
            guard !native.isEmpty, project.config.plugins.enabled else { return nil }
            let libraries = try EngineLibraries.find(engine: engine.root, programs: Files.parent(context.executable))
            let toolchain = try Toolchain.find(environment: context.environment, engine: libraries)
            let builder = NativeBuilder(toolchain: toolchain, mode: mode, run: Self.runCompiler)
            let directory = Files.absolute(".")
            return try Waiting.run {
                let report = try await builder.build(native) { Self.show($0, from: directory) }
                for library in report.removed { Console.step("Removed \(library), since its sources are gone") }
                return report
            }
        } catch let error as BuildError {
            throw CommandFailure(error.description)
        }
    }

    /// What is to be said of a build that failed.
    static func failure(_ report: BuildReport) -> CommandFailure {
        let failed = report.entries.filter { $0.outcome != .built && $0.outcome != .upToDate }.map(\.module.name)
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
