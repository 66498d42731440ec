import Keystone

final class Clock: ServicePlugin {
    let serviceName = "clock"

    func initialize(_ context: CoreContext) async throws {
        let start = ContinuousClock.now
        context.handle("clock:seconds") { (ContinuousClock.now - start) / .seconds(1) }
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Clock() } }
