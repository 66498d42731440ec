internal import Synchronization

/// Finds an app's shared objects by their type, from any thread.
///
/// What is registered stays until it is replaced or removed, also while plugins that use it are reloaded.
public enum ServiceLocator {
    private static let services = Mutex<[ObjectIdentifier: any Sendable]>([:])

    /// Makes a service known under its own type; one that was known under it before is replaced.
    public static func register<Service: Sendable>(_ service: Service) {
        register(service, as: Service.self)
    }

    /// Makes a service known under a type of your choice, for example a protocol: `register(db, as: (any Store).self)`.
    public static func register<Service: Sendable>(_ service: Service, as type: Service.Type) {
        services.withLock { $0[ObjectIdentifier(type)] = service }
    }

    /// The service that is known under a type; `nil` where there is none.
    public static func get<Service: Sendable>(_ type: Service.Type = Service.self) -> Service? {
        services.withLock { $0[ObjectIdentifier(type)] } as? Service
    }

    public static func remove<Service: Sendable>(_ type: Service.Type) {
        services.withLock { $0[ObjectIdentifier(type)] = nil }
    }
}
