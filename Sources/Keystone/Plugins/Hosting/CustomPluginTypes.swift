internal import KeystoneCore

/// A kind of plugin that the app or a plugin has made up.
@MainActor
struct CustomPluginType {
    let owner: RegistrationOwner?
    /// Hands a plugin over; answers whether it is of this kind.
    let load: @MainActor (AnyObject, _ name: String) -> Bool
    let unload: @MainActor (_ name: String) -> Void

    init<Plugin>(
        _ type: Plugin.Type, owner: RegistrationOwner?, onLoaded: @escaping @MainActor (Plugin, String) -> Void,
        onUnloaded: @escaping @MainActor (String) -> Void
    ) {
        self.owner = owner
        load = { plugin, name in
            guard let plugin = plugin as? Plugin else { return false }
            RegistrationOwner.$current.withValue(owner) { onLoaded(plugin, name) }
            return true
        }
        unload = { name in RegistrationOwner.$current.withValue(owner) { onUnloaded(name) } }
    }
}

/// The kinds of plugin that the app and plugins have made up, and who is of them.
///
/// A plugin is handed over when both it and the kind are in service, whichever comes first.
@MainActor
final class CustomPluginTypes {
    private final class Registered {
        let type: CustomPluginType
        /// Handed over, by identity: the plugin's name there.
        var loaded: [ObjectIdentifier: String] = [:]

        init(_ type: CustomPluginType) {
            self.type = type
        }
    }

    private var types: [Registered] = []
    /// The plugins in service, in the order in which they came.
    private var plugins: [(object: AnyObject, name: String)] = []

    /// Adds a kind, and hands it what is there already, once its owner is in service.
    func add(_ type: CustomPluginType) {
        guard let owner = type.owner else { return enter(type) }
        owner.whenActive { [weak self] in self?.enter(type) }
        owner.held(by: self) { [weak self] in
            Task { @MainActor in self?.types.removeAll { $0.type.owner === owner } }
        }
    }

    private func enter(_ type: CustomPluginType) {
        let registered = Registered(type)
        types.append(registered)
        for (object, name) in plugins { load(object, name, registered) }
    }

    /// A library has come into service. Answers whether anybody takes each plugin.
    func load(_ loaded: [(object: AnyObject, name: String)]) {
        plugins += loaded
        for (object, name) in loaded {
            for type in types { load(object, name, type) }
        }
    }

    private func load(_ object: AnyObject, _ name: String, _ type: Registered) {
        guard type.type.owner.isActive, type.type.load(object, name) else { return }
        type.loaded[ObjectIdentifier(object)] = name
    }

    /// Whether some kind has taken the plugin.
    func knows(_ object: AnyObject) -> Bool {
        types.contains { $0.loaded[ObjectIdentifier(object)] != nil }
    }

    /// Plugins go, or are about to be replaced. Those that have gone already are no news.
    func unload(_ gone: [AnyObject]) {
        for object in gone {
            for type in types {
                guard let name = type.loaded.removeValue(forKey: ObjectIdentifier(object)) else { continue }
                if type.type.owner.isActive { type.type.unload(name) }
            }
        }
        plugins.removeAll { plugin in gone.contains { $0 === plugin.object } }
    }
}
