/// An app's own start: the place to add handlers, routes, services and listeners.
public protocol CorePlugin: AnyObject {
    /// For the log, for example `MyApp`.
    @MainActor var coreName: String { get }

    /// Called once, when the engine runs and before any window opens. What it throws ends the start of the app, and the
    /// user is told.
    @MainActor func initialize(_ context: CoreContext) throws
}

/// Work of an app that belongs to no window: long-lived connections, watching, things for other parts to use.
///
/// Its methods run off the main thread unless the type is `@MainActor`; an actor may be a service too.
public protocol ServicePlugin: AnyObject, Sendable {
    /// Unique among the app's services; for the log.
    var serviceName: String { get }

    /// Called once before any window opens. A service that throws is reported and left out; the others go on.
    func initialize(_ context: CoreContext) async throws

    /// Called when the app ends, after the windows have closed. All services have five seconds together, the last one first;
    /// what takes longer is not waited for.
    func shutdown() async
}

extension ServicePlugin {
    public func shutdown() async {}
}
