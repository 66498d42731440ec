import Keystone

/// What charts can do; the app makes it a kind of plugin.
public protocol ChartPlugin: AnyObject {
    @MainActor var chartName: String { get }
}

/// What windows call while they draw.
public protocol CanvasLogic: LogicPlugin {
    func draw() -> String
}

public final class Shapes: LibraryPlugin {
    public let libraryName = "shapes"
    public init() {}
    public func initialize(_ context: CoreContext) throws { context.log.info("order: shapes") }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Shapes() } }
