internal import Glibc
internal import KeystoneSupport

/// Makes the libraries of an app's Swift sources: those that changed, and those that import them.
///
/// Starts no process itself. Usable from any thread; two builds of one app at a time do the work twice, and harm nothing.
package struct NativeBuilder: Sendable {
    package let toolchain: Toolchain
    let mode: BuildMode
    let run: CompilerRunner
    /// Compilations at a time.
    let width: Int

    /// - Parameter run: Runs the compiler and the linker.
    package init(toolchain: Toolchain, mode: BuildMode, width: Int = 2, run: @escaping CompilerRunner) {
        self.toolchain = toolchain
        self.mode = mode
        self.width = max(1, width)
        self.run = run
    }

    /// Builds what is not up to date. A module that can't be compiled leaves its old library, and doesn't keep modules that
    /// don't depend on it from being built. All new libraries are put in their places at the end, in one go.
    ///
    /// Throws `BuildError` for sources that have no order, `SystemError` for files that can't be read or written, and what
    /// `run` throws, `CancellationError` too: then nothing has changed.
    package func build(
        _ project: NativeProject, onEvent: @escaping @Sendable (BuildEvent) -> Void = { _ in }
    ) async throws -> BuildReport {
        guard !project.modules.isEmpty else { return BuildReport(removed: try Leftovers.remove(from: project)) }
        let imports = try await imports(of: project)
        let order = try BuildOrder.sorted(project.modules, imports: imports)
        let stage = try BuildStage(project)
        defer { stage.remove() }
        let results = try await withThrowingTaskGroup(of: ModuleBuild.Result.self) { group in
            var waiting = order, done: [String: ModuleBuild.Result] = [:], running = 0
            while true {
                while running < width, let index = waiting.firstIndex(where: { Self.isReady($0, imports, done) }) {
                    let module = waiting.remove(at: index)
                    let step = ModuleBuild(
                        builder: self, stage: stage, module: module, imports: imports,
                        failedImport: Self.failedImport(of: module, imports, done), onEvent: onEvent)
                    running += 1
                    group.addTask { try await step.run() }
                }
                guard let result = try await group.next() else { return done }
                running -= 1
                done[result.entry.module.name] = result
                if result.entry.outcome != .upToDate { onEvent(.finished(result.entry)) }
            }
        }
        try Task.checkCancellation()
        return try install(results, imports, order, stage, onEvent)
    }

    private func install(
        _ results: [String: ModuleBuild.Result], _ imports: [String: [String]], _ order: [NativeModule],
        _ stage: BuildStage, _ onEvent: (BuildEvent) -> Void
    ) throws -> BuildReport {
        let held = BuildSelection(imports: imports, results: results).held()
        var report = BuildReport(removed: try Leftovers.remove(from: stage.project))
        for module in order {
            guard var result = results[module.name] else { continue }
            if let reason = held[module.name] {
                result.entry.outcome = .held(for: reason)
                onEvent(.held(module, for: reason))
            } else if let record = result.record {
                try stage.install(module)
                try record.write(BuildRecord.path(module.name, in: stage.project))
            }
            report.entries.append(result.entry)
        }
        return report
    }

    private static func isReady(
        _ module: NativeModule, _ imports: [String: [String]], _ done: [String: ModuleBuild.Result]
    ) -> Bool {
        (imports[module.name] ?? []).allSatisfy { done[$0] != nil }
    }

    private static func failedImport(
        of module: NativeModule, _ imports: [String: [String]], _ done: [String: ModuleBuild.Result]
    ) -> String? {
        imports[module.name]?.first { name in
            done[name].map { $0.entry.outcome != .built && $0.entry.outcome != .upToDate } ?? false
        }
    }

    /// What each module imports of the others: remembered, or asked anew where its sources changed.
    func imports(of project: NativeProject) async throws -> [String: [String]] {
        let scan = ImportScan(project: project, toolchain: toolchain, run: run)
        return try await withThrowingTaskGroup(of: (String, [String]).self) { group in
            for module in project.modules {
                group.addTask { (module.name, try await scan.currentImports(of: module)) }
            }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }
}
