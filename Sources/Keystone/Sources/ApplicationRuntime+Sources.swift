internal import KeystoneBuild
internal import KeystoneCore
internal import KeystoneSigning
internal import KeystoneSupport

/// In development: the app's Swift sources are compiled when they are saved.
extension ApplicationRuntime {
    /// Begins to watch. `reload` brings plugins into service whose libraries are new.
    func watchSources(reload: @escaping @MainActor (Set<String>) async -> Void) {
        guard launch.isDevelopment else { return }
        prepareScripts()
        let hasPlugins = config.plugins.enabled && config.plugins.hotReload
        let scripts = config.scripts.hotReload ? scriptDirectory : nil
        guard hasPlugins || scripts != nil else { return }
        let launch = launch
        let reloader = SourceReloader(
            rootDirectory, libraries: config.plugins.dir, hasPlugins: hasPlugins, scripts: scripts,
            makeBuilder: {
                let libraries = try EngineLibraries.find(engine: launch.engine, programs: launch.programDirectory)
                let toolchain = try Toolchain.find(environment: launch.variables, engine: libraries)
                return NativeBuilder(
                    toolchain: toolchain, mode: .development,
                    run: CompilerProcess.runner(environment: launch.variables))
            },
            sign: { [asksForSignatures = !config.plugins.publicKeys.isEmpty] libraries in
                guard asksForSignatures else { return }
                try BuildSigning(environment: launch.variables)?.sign(libraries)
            },
            reload: reload,
            onBuild: { [weak self] report, milliseconds in
                let built = report.entries.filter { $0.outcome == .built }.map { JSONValue($0.module.pluginName) }
                self?.observer?(
                    "build",
                    [
                        ("built", .array(built)), ("errors", JSONValue(report.errors.count)),
                        ("milliseconds", JSONValue(milliseconds)),
                    ])
            },
            onProblems: { [weak self] errors in self?.problems.errors = errors })
        reloader.start(on: platform)
        sources = reloader
    }
}
