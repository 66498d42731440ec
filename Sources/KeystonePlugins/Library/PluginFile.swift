/// Whose plugins a directory holds; in the order in which they are loaded.
package enum PluginOrigin: Int, Sendable, Hashable, Comparable, CaseIterable {
    /// `plugins.dir`: the app's own.
    case bundled
    /// `plugins.userDir`: the publisher's, outside the app.
    case user
    /// `plugins.extensionDir`: third parties'.
    case community

    package static func < (one: PluginOrigin, other: PluginOrigin) -> Bool { one.rawValue < other.rawValue }
}

/// A directory that is searched for plugins. One that is missing holds none.
package struct PluginDirectory: Sendable, Hashable {
    package var origin: PluginOrigin
    /// Absolute.
    package var path: String
    /// The one file in it that counts; `nil`: all do.
    package var only: String?

    package init(origin: PluginOrigin, path: String, only: String? = nil) {
        self.origin = origin
        self.path = path
        self.only = only
    }
}

/// A library in a plugin directory.
package struct PluginFile: Sendable, Hashable {
    /// The file's name without `lib` and `.so`; unique among an app's plugins.
    package var name: String
    /// Absolute.
    package var path: String
    package var origin: PluginOrigin

    package init(name: String, path: String, origin: PluginOrigin) {
        self.name = name
        self.path = path
        self.origin = origin
    }
}
