import Keystone

/// Called by windows while they draw: see `LogicRegistry`. Methods of its own run on the windows' render threads.
final class ExampleLogic: LogicPlugin {
    let logicName = "example"
    /// Lower ones are called first: -100 deep background, 0 content, 100 overlays.
    let renderOrder = 0

    @MainActor func initialize(_ context: CoreContext) throws {}
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { ExampleLogic() } }
