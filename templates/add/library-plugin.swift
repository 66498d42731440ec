import Keystone

/// For other plugins: `import Example`, then `ExampleLibrary.greeting(for: "Ada")`. When this file is saved, they are
/// built and loaded anew with it.
public final class ExampleLibrary: LibraryPlugin {
    public let libraryName = "example"

    public init() {}

    public static func greeting(for name: String) -> String { "Hello, \(name)!" }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { ExampleLibrary() } }
