import Keystone

/// The start of the app: handlers, routes and listeners are added here, before any window opens.
final class Example: CorePlugin {
    let coreName = "Example"

    func initialize(_ context: CoreContext) throws {
        // A page calls it with invoke("example:hello", { name: "Ada" }).
        context.handle("example:hello") { (visitor: Visitor) in "Hello, \(visitor.name)!" }
    }
}

struct Visitor: Codable {
    var name: String
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Example() } }
