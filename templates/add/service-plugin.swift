import Keystone

/// Runs as long as the app does, and belongs to no window.
final class ExampleService: ServicePlugin {
    let serviceName = "example"

    func initialize(_ context: CoreContext) async throws {
        // A page calls it with invoke("example:hello", { name: "Ada" }).
        context.handle("example:hello") { (visitor: Visitor) in "Hello, \(visitor.name)!" }
    }

    /// Called at the app's end, and before a new version takes over: end here what was begun in `initialize`.
    func shutdown() async {}
}

struct Visitor: Codable {
    var name: String
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { ExampleService() } }
