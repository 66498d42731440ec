import Keystone

final class Weather: ServicePlugin, NetworkDeclarer {
    let serviceName = "weather"
    let networkEndpoints = ["declared.invalid", "https://not.an.endpoint/"]
    func initialize(_ context: CoreContext) async throws {}
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Weather() } }
