internal import Synchronization

/// Finds an app's shared objects by their type, from any thread.
///
/// What the app registers stays until it is replaced or removed, also while plugins that use it are reloaded. What a plugin
/// registers is replaced by what its next version registers, and goes with the plugin.
public enum ServiceLocator {
    private static let services = Mutex<[ObjectIdentifier: OwnedValues<any Sendable>]>([:])

    /// Makes a service known under its own type; one that was known under it before is replaced.
    public static func register<Service: Sendable>(_ service: Service) {
        register(service, as: Service.self)
    }

    /// Makes a service known under a type of your choice, for example a protocol: `register(db, as: (any Store).self)`.
    public static func register<Service: Sendable>(_ service: Service, as type: Service.Type) {
        register(service, as: type, owner: RegistrationOwner.current)
    }

    package static func register<Service: Sendable>(
        _ service: Service, as type: Service.Type, owner: RegistrationOwner?
    ) {
        // What is replaced goes outside the lock: it may come here when it goes.
        let before = services.withLock { services in
            let before = services[ObjectIdentifier(type)]
            services[ObjectIdentifier(type), default: OwnedValues()].set(service, owner: owner)
            return before
        }
        _ = before
        owner?.held(by: ObjectIdentifier(ServiceLocator.self)) { removeAll(of: owner) }
    }

    /// The service that is known under a type; `nil` where there is none.
    ///
    /// While plugins start, they find each other's services; to everybody else those of the version in service are known
    /// until all have started.
    public static func get<Service: Sendable>(_ type: Service.Type = Service.self) -> Service? {
        let starts = RegistrationOwner.current?.phase == .staged
        let found = services.withLock { services -> (any Sendable)? in
            guard let values = services[ObjectIdentifier(type)] else { return nil }
            return starts ? values.staged ?? values.current : values.current ?? values.staged
        }
        return found as? Service
    }

    public static func remove<Service: Sendable>(_ type: Service.Type) {
        let removed = services.withLock { $0.removeValue(forKey: ObjectIdentifier(type)) }
        _ = removed
    }

    private static func removeAll(of owner: RegistrationOwner?) {
        guard let owner else { return }
        let before = services.withLock { services in
            let before = services
            for type in services.keys {
                services[type]?.remove(owner: owner)
                if services[type]?.isEmpty == true { services[type] = nil }
            }
            return before
        }
        _ = before
    }
}
