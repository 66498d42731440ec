internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSupport

/// In development: compiles an app's Swift sources when they are saved, tells what is wrong with them, and has the plugins
/// reloaded whose libraries are new.
///
/// A save during a build ends that, and the next one begins: what is loaded was made of what lies there.
@MainActor
final class SourceReloader {
    private let directory: String
    private let libraries: String
    /// Whether `app/` and `plugins/` are compiled; scripts may be alone.
    private let hasPlugins: Bool
    /// Where scripts lie, absolute; `nil` where the app has none.
    private let scripts: String?
    private let makeBuilder: @Sendable () throws -> NativeBuilder
    /// Signs libraries that were built, where the app asks for signatures.
    private let sign: @Sendable (_ libraries: [String]) throws -> Void
    /// Reloads plugins by their names, at once.
    private let reload: @MainActor (Set<String>) async -> Void
    /// A build has ended that compiled something.
    private let onBuild: @MainActor (BuildReport, _ milliseconds: Double) -> Void
    private let onProblems: @MainActor ([String: [CompilerDiagnostic]]) -> Void
    private var watch: SourceWatch?
    private var current: Task<Void, Never>?
    /// The libraries as they were loaded.
    private var loaded: [String: FileStamp] = [:]
    private let log = Logger("build")

    /// - Parameters:
    ///   - directory: The app's, absolute.
    ///   - libraries: Where its libraries go, as in the configuration.
    ///   - hasPlugins: False leaves `app/` and `plugins/` alone.
    ///   - scripts: Where scripts lie, absolute.
    init(
        _ directory: String, libraries: String, hasPlugins: Bool = true, scripts: String? = nil,
        makeBuilder: @escaping @Sendable () throws -> NativeBuilder,
        sign: @escaping @Sendable (_ libraries: [String]) throws -> Void,
        reload: @escaping @MainActor (Set<String>) async -> Void,
        onBuild: @escaping @MainActor (BuildReport, _ milliseconds: Double) -> Void,
        onProblems: @escaping @MainActor ([String: [CompilerDiagnostic]]) -> Void
    ) {
        self.directory = directory
        self.libraries = libraries
        self.hasPlugins = hasPlugins
        self.scripts = scripts
        self.makeBuilder = makeBuilder
        self.sign = sign
        self.reload = reload
        self.onBuild = onBuild
        self.onProblems = onProblems
    }

    /// Notes what is loaded now, watches, and builds what has changed since the last build.
    func start(on platform: any Platform) {
        do {
            let project = try NativeProject.scan(directory, libraries: libraries)
            loaded = stamps(project)
            if hasPlugins && !project.isEmpty || !scriptModules(project).isEmpty { build() }
        } catch {
            // The build says what is wrong with the sources, and the next save tries again.
            build()
        }
        watch = SourceWatch(directory, scripts: scripts, on: platform) { [weak self] in self?.build() }
    }

    private func build() {
        let before = current
        before?.cancel()
        current = Task { [weak self] in
            // Two builds at a time would only slow each other down.
            await before?.value
            guard !Task.isCancelled else { return }
            await self?.buildNow()
        }
    }

    private func buildNow() async {
        let began = ContinuousClock.now
        do {
            let project = try NativeProject.scan(directory, libraries: libraries)
            let builder = try makeBuilder()
            updateEditors(project, builder)
            let report = try await build(project, builder)
            let milliseconds = (ContinuousClock.now - began) / .milliseconds(1)
            let built = report.entries.filter { $0.outcome == .built }.map(\.module.pluginName)
            if !built.isEmpty { log.info("compiled \(built.joined(separator: ", ")) in \(Int(milliseconds)) ms") }
            if report.entries.contains(where: { $0.outcome != .upToDate }) { onBuild(report, milliseconds) }
            onProblems(Self.problems(report))
            for library in report.removed { log.info("removed \(library), since its sources are gone") }
            await reloadNew(project)
        } catch is CancellationError {
            log.debug("a save ended the build")
        } catch {
            log.error("\(error)")
            onProblems(["": [CompilerDiagnostic(severity: .error, text: "\(error)")]])
        }
    }

    private func build(_ project: NativeProject, _ builder: NativeBuilder) async throws -> BuildReport {
        let onEvent: @Sendable (BuildEvent) -> Void = { [log, directory] in Self.tell($0, to: log, directory) }
        var report = hasPlugins ? try await builder.build(project, onEvent: onEvent) : BuildReport()
        if let scripts { report.add(try await builder.buildScripts(in: scripts, of: project, onEvent: onEvent)) }
        try await signLibraries(of: report)
        return report
    }

    /// Not on the main thread: it reads them.
    @concurrent
    private nonisolated func signLibraries(of report: BuildReport) async throws {
        try sign(report.libraries)
    }

    /// A source that is new is one that editors should know.
    private func updateEditors(_ project: NativeProject, _ builder: NativeBuilder) {
        do {
            let files = scriptModules(project).flatMap(\.sources)
            try CompilationDatabase.update(for: project, scripts: files, toolchain: builder.toolchain)
        } catch {
            log.warning("\(CompilationDatabase.fileName), which editors read, can't be written: \(error)")
        }
    }

    /// None where they can't be read: building them says why.
    private func scriptModules(_ project: NativeProject) -> [NativeModule] {
        guard let scripts else { return [] }
        return (try? project.scriptModules(in: scripts)) ?? []
    }

    /// Those whose libraries are others than were loaded, whichever build made them.
    private func reloadNew(_ project: NativeProject) async {
        let stamps = stamps(project)
        let names = Set(stamps.keys).union(loaded.keys).filter { stamps[$0] != loaded[$0] }
        guard !names.isEmpty else { return }
        // Noted first: a save meanwhile may not cut the reload short.
        loaded = stamps
        await reload(names)
    }

    private func stamps(_ project: NativeProject) -> [String: FileStamp] {
        let plugins = hasPlugins ? project.modules : []
        var stamps: [String: FileStamp] = [:]
        for module in scriptModules(project) + plugins { stamps[module.pluginName] = FileStamp(module.library) }
        return stamps
    }

    private static func problems(_ report: BuildReport) -> [String: [CompilerDiagnostic]] {
        var problems: [String: [CompilerDiagnostic]] = [:]
        for entry in report.entries where entry.outcome == .failed {
            problems[entry.module.pluginName] = entry.diagnostics.filter { $0.severity == .error }
        }
        return problems
    }

    private nonisolated static func tell(_ event: BuildEvent, to log: Logger, _ directory: String) {
        switch event {
        case .compiling(let module):
            log.debug("compiling \(module.name)")
        case .finished(let entry):
            for diagnostic in entry.diagnostics {
                log.log(diagnostic.severity.logLevel, diagnostic.described(from: directory))
            }
            if case .skipped(let dependency) = entry.outcome {
                log.warning("\(entry.module.name) was not compiled: it imports \(dependency)")
            }
        case .held(let module, let other):
            log.warning("\(module.name) was not replaced: \(other) imports it and still needs the old one")
        }
    }
}

extension CompilerDiagnostic.Severity {
    fileprivate var logLevel: LogLevel {
        switch self {
        case .error: .error
        case .warning: .warning
        case .note, .remark: .info
        }
    }
}
