internal import KeystoneCore

/// Code that other plugins use. When its library changes, everything that links it is reloaded with it.
public protocol LibraryPlugin: AnyObject {
    @MainActor var libraryName: String { get }

    /// Called once for every version, before the plugins that need it.
    @MainActor func initialize(_ context: CoreContext) throws
}

extension LibraryPlugin {
    @MainActor public func initialize(_ context: CoreContext) throws {}
}

/// Code that windows call while they draw: see `LogicRegistry`. Its own methods run on the windows' render threads.
public protocol LogicPlugin: AnyObject, Sendable {
    var logicName: String { get }
    /// Lower ones are called first: -100 deep background, 0 content, 100 overlays, 200 heads-up display.
    var renderOrder: Int { get }
    var requiresGPU: Bool { get }

    @MainActor func initialize(_ context: CoreContext) throws
}

extension LogicPlugin {
    public var renderOrder: Int { 0 }
    public var requiresGPU: Bool { false }
    @MainActor public func initialize(_ context: CoreContext) throws {}
}

/// A plugin of any kind whose memory outlives a reload.
public protocol StatefulPlugin: AnyObject {
    /// Asked before the old version is shut down. `nil`: nothing to keep. What it throws goes to the log, and the new
    /// version starts without a state.
    func serializeState() async throws -> [UInt8]?

    /// Called on the new version before `initialize`; not called where there is no state.
    func restoreState(_ state: [UInt8]) async throws
}

/// A service whose memory outlives a reload.
public typealias ReloadableService = ServicePlugin & StatefulPlugin

/// A plugin that names hosts which the app's services may reach.
public protocol NetworkDeclarer: AnyObject {
    /// `host`, `host:port` or `*.domain`. Read once, before Bun starts and before `initialize`.
    @MainActor var networkEndpoints: [String] { get }
}
