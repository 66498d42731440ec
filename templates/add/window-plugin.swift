import Keystone

/// A native window; each open one has an instance of its own.
final class ExampleWindow: WindowPluginBase {
    override var windowType: String { "example" }
    override var windowTitle: String { "Example Title" }
    override var defaultSize: Size { Size(width: 800, height: 600) }

    override func initialize(_ context: CoreContext) throws {}
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { ExampleWindow() } }
