internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// When libraries are mapped, started, watched and stopped.
extension PluginHost {
    /// Nothing was loaded: there is nothing to start either.
    var isEmpty: Bool { loader == nil }

    /// The libraries, in the order of their directories, then by name.
    var list: [PluginInfo] { loader?.statuses.map(PluginInfo.init) ?? [] }

    /// Maps what lies in the directories; nothing of it runs yet. Throws `StartError` where the app can't start with it.
    ///
    /// - Parameter retrying: Loads those again that were left out because they ended the app.
    func load(retrying: Bool = false) throws {
        guard settings.directories.contains(where: { fileExists($0.path) }) else { return }
        let loader = makeLoader()
        if retrying { quarantine?.forgiveAll() }
        loader.loadAll()
        if let startFailure { throw startFailure }
        guard let path = settings.appAssembly, corePath != path else { return }
        let status = loader.statuses.first { $0.path == path }
        throw StartError(
            "appAssembly names \(path), and that could not be used: "
                + (status?.lastError?.message ?? "it exports no CorePlugin"))
    }

    private func makeLoader() -> PluginLoader {
        var options = PluginLoaderOptions(
            directories: settings.directories, shadowDirectory: settings.shadowDirectory,
            hotReload: settings.hotReload, trust: settings.trust)
        options.debounce = settings.debounce
        quarantine = PluginQuarantine(directory: settings.crashDirectory)
        options.quarantine = quarantine
        do {
            options.crashWatch = try CrashWatch(directory: settings.crashDirectory, appID: settings.appID)
        } catch {
            log.warning("a plugin that ends the app will leave no report: \(error)")
        }
        let made = PluginLoader(options: options, host: self) { [weak self] in self?.receive($0) }
        made.onProblems = { [weak self] in self?.problems = $0 }
        loader = made
        return made
    }

    /// Starts what was loaded, and watches for changes from then on.
    func startAll() async {
        await loader?.startAll()
        startIsOver()
    }

    /// Begins to watch the directories; those that are missing, for their appearance. What has changed since `load` counts
    /// too.
    func watch(on platform: any Platform) {
        watches = settings.watched.map { directory in
            AppearingDirectory(directory.path, on: platform) { [weak self] name in
                if name.hasSuffix(".so") || name.hasSuffix(".so.sig") { self?.changed(directory.path + "/" + name) }
            }
        }
        for plugin in loader?.statuses ?? [] { loader?.fileChanged(plugin.path) }
    }

    private func changed(_ path: String) {
        if let loader { return loader.fileChanged(path) }
        let loader = makeLoader()
        Task {
            await loader.startAll()
            loader.fileChanged(path)
        }
        loader.loadAll()
    }

    /// Brings libraries into service that were just built. Returns when that is done.
    func reload(_ names: Set<String>) async {
        guard settings.hotReload else { return }
        if loader == nil {
            makeLoader().loadAll()
            await loader?.startAll()
        }
        await loader?.reload(names)
    }

    /// Tries a library again that was left out because it had ended the app: at once where hot reload is on, else with the
    /// next start. Answers whether there is one of this name.
    func retry(_ name: String) -> Bool {
        guard quarantine?.forgive(name) == true else { return false }
        guard settings.hotReload else {
            log.info("\(name) is tried again when the app starts again, since this run reloads no plugins")
            loader?.tellProblems()
            onRetryAtStart?(name)
            return true
        }
        log.info("trying \(name) again")
        Task { await loader?.reload([name]) }
        return true
    }

    /// Stops all, those that need others first.
    func stopAll() async {
        watches = []
        await loader?.stopAll()
    }
}
