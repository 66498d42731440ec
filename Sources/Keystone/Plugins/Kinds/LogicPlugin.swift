internal import KeystoneCore

/// Code that windows call while they draw: see `LogicRegistry`. Its own methods run on the windows' render threads.
public protocol LogicPlugin: AnyObject, Sendable {
    /// Unique among the app's logic plugins.
    var logicName: String { get }
    /// Lower ones are called first: -100 deep background, 0 content, 100 overlays, 200 heads-up display.
    var renderOrder: Int { get }
    var requiresGPU: Bool { get }

    /// Called once for every version, on the main thread.
    @MainActor func initialize(_ context: CoreContext) throws
}

extension LogicPlugin {
    public var renderOrder: Int { 0 }
    public var requiresGPU: Bool { false }
    @MainActor public func initialize(_ context: CoreContext) throws {}
}
