internal import KeystonePlugins

/// In development: pages show what is wrong with the app's Swift, and have buttons for what can be done about it.
extension ApplicationRuntime {
    /// Begins to tell of plugins that are not in service, or hang.
    func showPluginProblems() {
        plugins.onProblems = { [weak self] in self?.problems.plugins = $0 }
        problems.plugins = plugins.problems
        plugins.hangs.onChange = { [weak self] in self?.problems.hanging = $0 }
        plugins.onRetryAtStart = { [weak self] name in
            self?.offerRestart("\(name) is tried again when the app starts again.")
        }
        context.onRetryPlugin = { [plugins] name in plugins.retry(name) }
    }

    /// Libraries changed that hold the app's core, or that it needs.
    func coreChanged(_ names: [String]) {
        let what = names.joined(separator: ", ")
        log.warning("\(what) changed. Core plugins are loaded once: restart the app (action app:restart) to run it")
        offerRestart("\(what) changed. Core plugins are loaded once.")
    }

    private func offerRestart(_ reason: String) {
        problems.restart = reason
        context.onRestart = { [weak self] in self?.restart() }
    }

    /// Tells all pages what is wrong now.
    func problemsChanged() {
        let data = problems.json(from: rootDirectory)
        context.problems = problems.isEmpty ? nil : data
        for window in windows.all { window.run(.hostEvent(name: AppProblems.event, data: data)) }
        if problems.isEmpty { typesRefresh?.refresh() }
    }
}
