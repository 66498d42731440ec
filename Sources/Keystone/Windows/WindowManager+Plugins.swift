internal import KeystoneCore
internal import KeystonePlugins
internal import KeystoneSupport

/// What a reload means for open native windows: their instances are swapped, with what they remember.
extension WindowManager {
    private static func key(_ window: ManagedWindow) -> String { "window/\(window.component)/\(window.id)" }

    private static func configKey(_ window: ManagedWindow) -> String { key(window) + "/config" }

    /// What the instances of an owner's types remember.
    func savePlugins(of owner: RegistrationOwner, _ log: Logger) async -> PluginState {
        var state: PluginState = [:]
        for window in all {
            guard let content = window.content, content.type.context.owner === owner else { continue }
            state[Self.configKey(window)] = content.instance.serializeConfig().map { Array($0.utf8) }
            do {
                state[Self.key(window)] = try await (content.instance as? any StatefulPlugin)?.serializeState()
            } catch {
                log.error("the state of the window \(window.component) is lost: \(error)")
            }
        }
        return state
    }

    /// Makes an owner's instances for the windows that are open; they take over when the owner is in service. Throws what
    /// one of them throws.
    func preparePlugins(of owner: RegistrationOwner, _ state: PluginState) async throws {
        for window in all where window.isNative {
            guard let type = plugins.type(named: window.component, of: owner) else { continue }
            let instance = type.instance(for: window.id)
            if let config = state[Self.configKey(window)] {
                instance.restoreConfig(String(decoding: config, as: UTF8.self))
            }
            if let saved = state[Self.key(window)] {
                try await (instance as? any StatefulPlugin)?.restoreState(saved)
            }
            try type.initialize(instance)
            type.prepared.instances[window.id] = instance
        }
    }

    /// A type is in service: windows that are open get an instance of it.
    func use(_ type: WindowType) {
        for window in all where window.isNative && window.component == type.name { window.attachPlugin(type) }
        type.prepared.instances = [:]
    }

    /// An owner's types are gone: windows that still show one of them are left empty.
    func releasePlugins(of owner: RegistrationOwner) {
        for window in all where window.content?.type.context.owner === owner { window.detachPlugin() }
    }
}
