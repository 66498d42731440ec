internal import KeystonePlugins

/// The states of plugins, from one life of the app to the next.
extension PluginHost {
    /// Those of all plugins in service, by library.
    func saveStates() async -> SavedStates.States {
        var states: SavedStates.States = [:]
        for (name, generation) in inService { states[name] = await generation.saveState() }
        return states
    }

    /// What there is for a library; it is handed out once.
    func takeRestored(_ library: String) -> PluginState { restored.removeValue(forKey: library) ?? [:] }

    /// Gives the core its state, before it is initialised.
    func restoreCore() async throws {
        guard let core = atStart.first(where: { !$0.isReloadable }) else { return }
        try await core.restoreEarly(takeRestored(core.name))
    }
}
