import Keystone

/// What `Speaker` links: a change of it takes that along.
public final class Words: LibraryPlugin {
    public let libraryName = "words"
    public init() {}

    public static func greeting(_ name: String) -> String { "hello, \(name)" }
}

@c(keystone_plugins) public func plugins() -> PluginExport { exportPlugins { Words() } }
