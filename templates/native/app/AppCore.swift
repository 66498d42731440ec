import Keystone

/// The start of the app: handlers, routes and listeners are added here, before any window opens.
final class AppCore: CorePlugin {
    let coreName = "{{NAME}}"

    func initialize(_ context: CoreContext) throws {
        // What a page asks with invoke("greeter:greet", { name }).
        context.handle("greeter:greet") { (visitor: Visitor) in visitor.greeting }
    }
}

struct Visitor: Codable {
    var name: String

    var greeting: String {
        let words = name.split(whereSeparator: \.isWhitespace)
        return words.isEmpty ? "Hello, stranger!" : "Hello, \(words.joined(separator: " "))! This is Swift."
    }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { AppCore() } }
